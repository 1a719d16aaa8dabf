import { place, type ViewName } from '../address.js';
import { language, type Theme, theme } from '../preferences.js';
import { say } from '../words/words.js';
import { Icon } from './icon.js';
import { Link } from './link.js';

const views: readonly ViewName[] = ['trace', 'watch', 'history', 'monitors'];
const nextTheme: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };

export function Header() {
  const { view, target, protocol, family } = place.value;
  const themeName = say('theme', { theme: say(`theme.${theme.value}`) });
  return (
    <header class="top">
      <Link class="brand" to={{}}>
        <Icon name="logo" />
        <span>Locator</span>
      </Link>
      <nav aria-label={say('nav')}>
        {views.map((name) => (
          <Link key={name} to={{ view: name, target, protocol, family }} isCurrent={name === view}>
            {say(`view.${name}`)}
          </Link>
        ))}
      </nav>
      <div class="preferences">
        <button
          type="button"
          class="quiet"
          lang={language.value === 'en' ? 'zh-Hans' : 'en'}
          onClick={() => {
            language.value = language.value === 'en' ? 'zh' : 'en';
          }}
        >
          {language.value === 'en' ? '中文' : 'English'}
        </button>
        <button
          type="button"
          class="quiet icon"
          aria-label={themeName}
          title={themeName}
          onClick={() => {
            theme.value = nextTheme[theme.value];
          }}
        >
          <Icon name={theme.value === 'light' ? 'sun' : theme.value === 'dark' ? 'moon' : 'half'} />
        </button>
      </div>
    </header>
  );
}

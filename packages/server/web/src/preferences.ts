import { effect, signal } from '@preact/signals';
import { type Language, languages } from './words/language.js';

export type Theme = 'system' | 'light' | 'dark';

export const theme = signal<Theme>(read('theme', ['system', 'light', 'dark'] as const) ?? 'system');
export const language = signal<Language>(read('language', languages) ?? preferredLanguage());

effect(() => {
  const { value } = theme;
  if (value === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
  keep('theme', value);
});
effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-Hans' : 'en';
  keep('language', language.value);
});

function preferredLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Storage may be forbidden: the choice then lasts as long as the page. */
function read<T extends string>(name: string, allowed: readonly T[]): T | null {
  try {
    const value = localStorage.getItem(`locator.${name}`);
    return allowed.find((one) => one === value) ?? null;
  } catch {
    return null;
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`locator.${name}`, value);
  } catch {}
}

import { useState } from 'preact/hooks';
import { say } from '../words/words.js';
import { Icon } from './icon.js';

interface Form {
  readonly name: 'text' | 'json' | 'csv' | 'link';
  readonly type: string;
  readonly write: () => string;
}

/** Takes what is shown along: to the clipboard, or where that is not to be had, as a file. */
export function Copy({ name, forms }: { name: string; forms: readonly Form[] }) {
  const [done, setDone] = useState<string | null>(null);
  const copy = async (form: Form) => {
    const text = form.write();
    try {
      await navigator.clipboard.writeText(text);
      setDone(say('copied', { form: say(`form.${form.name}`) }));
    } catch {
      download(`${name}.${form.name === 'text' ? 'txt' : form.name}`, form.type, text);
      setDone(say('saved', { form: say(`form.${form.name}`) }));
    }
    setTimeout(() => setDone(null), 2500);
  };
  return (
    <div class="copy">
      <span role="status">{done}</span>
      <Icon name="copy" />
      {forms.map((form) => (
        <button
          key={form.name}
          type="button"
          class="quiet"
          aria-label={say('copy', { form: say(`form.${form.name}`) })}
          onClick={() => copy(form)}
        >
          {say(`form.${form.name}`)}
        </button>
      ))}
    </div>
  );
}

function download(name: string, type: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

import { signal } from '@preact/signals';

const KEY = 'locator.token';

/** What a server with LOCATOR_TOKEN wants to be told; kept for as long as this tab is open. Empty: none. */
export const token = signal(read());

export function keepToken(text: string): void {
  token.value = text;
  try {
    sessionStorage.setItem(KEY, text);
  } catch {}
}

/** Storage may be forbidden: the token then lasts as long as the page. */
function read(): string {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

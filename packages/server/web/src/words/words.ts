import { language } from '../preferences.js';
import { en } from './en.js';
import type { Language } from './language.js';
import { zh } from './zh.js';

export type Words = { readonly [K in keyof typeof en]: string };
export type Word = keyof Words;

const all: Readonly<Record<Language, Words>> = { en, zh };

/** The sentence in the reader's language, with `{name}` filled in. */
export function say(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return all[language.value][word].replace(/\{(\w+)\}/g, (whole, name: string) =>
    String(values[name] ?? whole),
  );
}

/** A word that the server may have and this page need not know: its own spelling then. */
export function sayOr(prefix: string, name: string): string {
  const word = `${prefix}.${name}`;
  return word in en ? say(word as Word) : name;
}

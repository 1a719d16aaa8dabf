import type { TObject, TSchema } from 'typebox';
import { ServerError } from '../errors.js';

/** What JSON Schema says of one parameter, as far as the query schemas use it. */
interface Parameter {
  readonly type?: string;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

/**
 * Reads a query string by its schema, strictly: every value is text, and only text that spells a value of
 * the declared type is one (`1.5` is no whole number, `maybe` is neither true nor false). Parameters that
 * the schema does not know are left out, a required text that is absent reads as empty. Throws
 * INPUT_INVALID with one sentence that names the parameter.
 */
export function readQuery(
  schema: TObject,
  query: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(schema.properties as Record<string, TSchema & Parameter>)) {
    const text = Object.hasOwn(query, name) ? query[name] : undefined;
    if (text === undefined) {
      if (schema.required?.includes(name)) read[name] = '';
    } else if (typeof text !== 'string') {
      throw new ServerError('INPUT_INVALID', `${name} is given more than once: give it once.`);
    } else {
      read[name] = readValue(name, parameter, text);
    }
  }
  return read;
}

function readValue(name: string, parameter: Parameter, text: string): string | number | boolean {
  const refuse = (expected: string): never => {
    const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
    throw new ServerError('INPUT_INVALID', `${name} must be ${expected}, not ${shown}.`);
  };
  const word = text.trim().toLowerCase();
  if (parameter.enum !== undefined) {
    const found = parameter.enum.find((value) => String(value).toLowerCase() === word);
    return found ?? refuse(parameter.enum.join(' or '));
  }
  if (parameter.type === 'boolean') {
    if (word === 'true' || word === '1') return true;
    if (word === 'false' || word === '0') return false;
    return refuse('true or false');
  }
  if (parameter.type === 'integer' || parameter.type === 'number') {
    const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = parameter;
    const isWhole = parameter.type === 'integer';
    const form = isWhole ? /^-?\d{1,15}$/ : /^-?\d{1,15}(\.\d{1,9})?$/;
    const number = form.test(word) ? Number(word) : Number.NaN;
    if (number >= minimum && number <= maximum) return number;
    return refuse(`a ${isWhole ? 'whole ' : ''}number from ${minimum} to ${maximum}`);
  }
  const { maxLength = Number.POSITIVE_INFINITY } = parameter;
  return text.length <= maxLength ? text : refuse(`at most ${maxLength} characters long`);
}

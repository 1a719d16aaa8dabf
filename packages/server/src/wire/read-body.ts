import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { ServerError } from '../errors.js';

/** A value out of JSON as its schema says. Throws INPUT_INVALID with one sentence that names what is wrong. */
export function readBody<T extends TSchema>(schema: T, body: unknown): Static<T> {
  if (Value.Check(schema, body)) return body as Static<T>;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ServerError('INPUT_INVALID', 'A JSON object is wanted, with Content-Type: application/json.');
  }
  // The last one is about the whole, where the ones before only say that some part fits nothing.
  const { instancePath, message, params } = Value.Errors(schema, body).at(-1)!;
  const name = instancePath === '' ? 'The object' : instancePath.slice(1).replaceAll('/', '.');
  const which = 'allowedValues' in params ? `: ${params.allowedValues.join(', ')}` : '';
  const unknown = 'additionalProperties' in params ? `: ${params.additionalProperties.join(', ')}` : '';
  throw new ServerError('INPUT_INVALID', `${name} ${message}${which}${unknown}.`);
}

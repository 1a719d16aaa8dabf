import type { FastifyReply, FastifyRequest } from 'fastify';
import { type HttpError, toHttpError } from '../errors.js';
import { encodeError } from '../wire/error.js';
import { sendJson } from './send-json.js';

/** Answers with the documented error body. What only the server can repair is logged with its cause. */
export function sendError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  encode: (error: HttpError) => unknown = encodeError,
): FastifyReply {
  const error = toHttpError(thrown);
  // A client that went away is no failure of ours, and nobody reads the answer.
  if (error.status >= 500 && !reply.raw.destroyed) request.log.error({ err: thrown }, error.error);
  if (error.retryAfter !== null) reply.header('retry-after', String(error.retryAfter));
  if (error.status === 401) reply.header('www-authenticate', 'Bearer');
  return sendJson(reply.code(error.status), encode(error));
}

import type { FastifyReply } from 'fastify';

/**
 * Sends a value as JSON with its length. The media type stands alone: JSON is UTF-8 and has no charset
 * parameter (RFC 8259 section 11), which Fastify would add to a text, but not to bytes.
 */
export function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify(value)));
}

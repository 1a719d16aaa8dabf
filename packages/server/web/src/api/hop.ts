import type { HopJson } from '../../../src/wire/hop-schema.js';

/** A hop as the server sends it: its own schema, so that the two cannot drift apart. */
export type Hop = HopJson;

export type Capacity = Hop['capacity'];
export type Verdict = Hop['loss']['verdict'];

export type * from './analyse/judgement.js';
export type * from './path-record.js';
export type * from './store/trace-store.js';

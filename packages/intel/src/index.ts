export type * from './description.js';

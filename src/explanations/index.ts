export type { Attention } from './attention.js';
export { type Explanation, type Subject, schemaVersion } from './explanation.js';

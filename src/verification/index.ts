export type { CheckResult } from './check.js';
export { referenceScript } from './reference-script.js';
export { type Verification, type VerifyOptions, type VerifyProgress, verify } from './verify.js';

export type { FinishReason } from './generated-text.js';
export { allTokens, type Generation } from './generation.js';
export { type GenerationOptions, Generator, type NewToken } from './generator.js';
export type { SamplingOptions } from './sampling.js';
export { type TextEdit, textEdits } from './text-edits.js';

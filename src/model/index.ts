export type { AnswerPositions } from './answer-positions.js';
export { type Architecture, type Dimensions, type Task, tasks } from './architecture.js';
export { architectures } from './architectures/index.js';
export type { PaddingSide } from './batch.js';
export type { Branch, Piece } from './branches/branch.js';
export { type Candidate, highest, logSoftmax } from './candidates.js';
export type { Capture } from './capture.js';
export type {
  FinishReason,
  Generation,
  GenerationOptions,
  NewToken,
  SamplingOptions,
} from './generation/index.js';
export type { GivenValues } from './given-values.js';
export type { GradientRequest } from './gradient.js';
export type { Intervention } from './interventions.js';
export type { MemoryOption, Progress } from './memory.js';
export { Model } from './model.js';
export type { ChatInput, DecoderInput, ModelInput } from './model-input.js';
export { type OpenModelOptions, openModel } from './open-model.js';
export type { Prediction } from './predictions.js';
export type { ResolvedTarget } from './resolve-target.js';
export { type AttentionChoice, Run } from './run.js';
export type { Estimate, RunOptions } from './run-options.js';
export { everyPattern, patternsOf, type Stack, type StackPatterns, stacks } from './stacks.js';
export type {
  AnswerScale,
  Target,
  TargetAnswer,
  TargetContext,
  TargetDefinition,
  TargetPlace,
  TargetPosition,
} from './target.js';
export { withoutTokenizer } from './without-tokenizer.js';

export type { ComparisonCost } from '../cost.js';
export type { AblationResult } from './ablate.js';
export { errorOf, type Failure, failureOf } from './failure.js';
export type { Input } from './input.js';
export {
  type AddPlace,
  EngineStopped,
  type ListedModel,
  type ModelAdder,
  ModelHost,
  type ModelSource,
  type Watch,
} from './model-host.js';
export type { About } from './operations/about.js';
export type { AnswerPieces } from './operations/answer-pieces.js';
export type { CompareResult } from './operations/compare.js';
export type { GenerateResult } from './operations/generate.js';
export {
  answer,
  isOperation,
  type OperationName,
  operations,
  type RequestOf,
  type ResultOf,
} from './operations/index.js';
export type { OpenedModel, OpenedStack } from './operations/open.js';
export type { Answer, RunResult } from './operations/run.js';
export type { Part, PartEdit } from './part.js';
export { QueueFull } from './queue.js';
export { fromWire, toWire } from './wire.js';

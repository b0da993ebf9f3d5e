export { EngineStopped, ModelHost, type ModelSource, type Watch } from './model-host.js';
export {
  answer,
  isOperation,
  type OperationName,
  operations,
  type RequestOf,
  type ResultOf,
} from './operations.js';
export { QueueFull } from './queue.js';
export type {
  AblateRequest,
  AttentionRequest,
  CompareRequest,
  Part,
  RunRequest,
} from './requests.js';
export {
  type AblationResult,
  type About,
  type Answer,
  type AttentionResult,
  type CompareResult,
  type ListedModel,
  type OpenedModel,
  type RunResult,
  resultSchemas,
} from './results.js';
export { fromWire, toWire } from './wire.js';

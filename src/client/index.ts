export type {
  AblationResult,
  About,
  AddPlace,
  Answer,
  AnswerPieces,
  CompareResult,
  ComparisonCost,
  GenerateResult,
  Input,
  ListedModel,
  ModelAdder,
  ModelHost,
  ModelSource,
  OpenedModel,
  OpenedStack,
  OperationName,
  Part,
  PartEdit,
  RequestOf,
  ResultOf,
  RunResult,
} from '../api/index.js';
export type { AskOptions, Client, ClientProgress } from './client.js';
export { type HttpClientOptions, httpClient } from './http.js';
export { inProcessClient } from './in-process.js';
export {
  type RecordedAnswer,
  type Recording,
  type RememberingClient,
  recordedClient,
  remembering,
} from './recorded.js';
export { packRecording, unpackRecording } from './recording-file.js';
export { type WorkerClient, type WorkerClientOptions, workerClient } from './worker.js';

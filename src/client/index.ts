export type {
  AblationResult,
  About,
  Answer,
  AnswerPieces,
  CompareResult,
  GenerateResult,
  Input,
  ListedModel,
  ModelHost,
  ModelSource,
  OpenedModel,
  OpenedStack,
  OperationName,
  Part,
  RequestOf,
  ResultOf,
  RunResult,
} from '../api/index.js';
export type { AskOptions, Client, ClientProgress } from './client.js';
export { type HttpClientOptions, httpClient } from './http.js';
export { inProcessClient } from './in-process.js';

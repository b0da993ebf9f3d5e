import { answer, type ModelHost, type OperationName, type ResultOf } from '../api/index.js';
import type { Client } from './client.js';

/** Reaches the models of a host in the same process. */
export function inProcessClient(host: ModelHost): Client {
  return {
    ask: async <Name extends OperationName>(name: Name, request: unknown, options = {}) =>
      (await answer(host, name, request, options)) as ResultOf<Name>,
  };
}

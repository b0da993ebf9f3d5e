import { answer, failureOf, type ModelHost } from '../api/index.js';
import type { FromWorker, TakeFiles, ToWorker } from './worker-messages.js';

/** Least time between two messages of progress, in milliseconds: a page draws no faster. */
const pace = 50;

/** What this needs of the worker's global scope. */
interface Scope {
  postMessage(message: FromWorker): void;
  addEventListener(type: 'message', listener: (event: { readonly data: ToWorker }) => void): void;
}

/**
 * Answers what the page of this worker asks by `workerClient`.
 * @param host the models; a promise that fails is told to each who asks
 * @param takeFiles opens files that the page was given
 */
export function serveWorker(host: Promise<ModelHost>, takeFiles: TakeFiles, scope: Scope = globalThis): void {
  const working = new Map<number, AbortController>();
  const respond = async (message: Exclude<ToWorker, { kind: 'cancel' }>): Promise<void> => {
    const { key } = message;
    const controller = new AbortController();
    working.set(key, controller);
    let told = 0;
    const onProgress = ({ done, total }: { readonly done: number; readonly total: number }) => {
      const now = performance.now();
      if (now - told < pace) return;
      told = now;
      scope.postMessage({ key, progress: { done, total } });
    };
    try {
      const watch = { signal: controller.signal, onProgress };
      const result =
        message.kind === 'files'
          ? await takeFiles(message.name, message.files)
          : await answer(await host, message.name, message.request, watch);
      scope.postMessage({ key, result });
    } catch (error) {
      scope.postMessage({ key, failure: failureOf(error) });
    }
    working.delete(key);
  };
  scope.addEventListener('message', ({ data }) => {
    if (data.kind === 'cancel') working.get(data.key)?.abort();
    else void respond(data);
  });
}

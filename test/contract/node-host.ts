import { syncBuiltinESMExports } from 'node:module';
import workerThreads, { type Worker } from 'node:worker_threads';
import { NodeRuntime } from '../../src/runtime/node.js';
import type { NodeSettings } from '../../src/runtime/node-worker.js';
import { RuntimeHost } from './runtime-host.js';

/** The threads that this process has started, the last one at the end. */
const workers: Worker[] = [];
const OwnWorker = workerThreads.Worker;
workerThreads.Worker = class extends OwnWorker {
  constructor(...given: ConstructorParameters<typeof Worker>) {
    super(...given);
    workers.push(this);
  }
};
syncBuiltinESMExports();

/** A host of a Node runtime, which dies of a message that is none. */
export function openNodeHost(settings: NodeSettings): RuntimeHost {
  return new RuntimeHost({
    runtime: new NodeRuntime(settings),
    crash: () => workers.at(-1)?.postMessage(null),
  });
}

/** Runs in the browser: the runtimes that the contract suite asks for, steered from outside. */
import { hasWebGpu, WebRuntime, type WebRuntimeOptions } from '../../src/runtime/web.js';
import { type Command, type Reply, RuntimeHost } from '../contract/runtime-host.js';

/** What the tests call, from outside the page. */
export interface RuntimePage {
  hasWebGpu(): Promise<boolean>;
  open(options: WebRuntimeOptions): number;
  call(runtime: number, command: Command): Promise<Reply>;
}

const hosts: RuntimeHost[] = [];

const page: RuntimePage = {
  hasWebGpu,
  open(options) {
    const workers: Worker[] = [];
    const OwnWorker = globalThis.Worker;
    class SeenWorker extends OwnWorker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        workers.push(this);
      }
    }
    globalThis.Worker = SeenWorker;
    const runtime = new WebRuntime(options);
    // A message that is none throws in the engine thread, outside of everything that catches.
    return hosts.push(new RuntimeHost({ runtime, crash: () => workers.at(-1)?.postMessage(null) })) - 1;
  },
  call: (runtime, command) => hosts[runtime]!.call(command),
};

Object.assign(globalThis, { page });

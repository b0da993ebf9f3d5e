import { backendTolerances } from '../tolerances.js';
import { openNodeHost } from './node-host.js';
import { RemoteRuntime } from './remote-runtime.js';
import { runtimeContract } from './runtime.js';

runtimeContract({
  name: 'Node, processor',
  open: async () => {
    const host = openNodeHost({});
    return new RemoteRuntime((command) => host.call(command));
  },
  seesFiles: true,
  longWork: 100,
  operatorRuns: 25,
  tolerance: backendTolerances.processor,
});

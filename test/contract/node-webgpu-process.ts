/** A process of its own with a WebGPU runtime, for the driver is chosen before a process starts. */
import { openNodeHost } from './node-host.js';
import type { Command } from './runtime-host.js';

const host = openNodeHost({ device: 'webgpu' });
process.on('message', async ({ key, command }: { key: number; command: Command }) => {
  process.send!({ key, reply: await host.call(command) });
});

import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../../scripts/chromium.js';
import { webGpuCheckpoints } from '../browser/checkpoints.js';
import { backendTolerances, webGpuAngleTolerance } from '../tolerances.js';
import { RemoteRuntime } from './remote-runtime.js';
import { runtimeContract } from './runtime.js';
import type { Command, Reply } from './runtime-host.js';

/** The description of SwiftShader, the Vulkan driver in software that Chromium brings along. */
function findSwiftShader(): string | undefined {
  const chromium = findChromium();
  const folders = chromium === undefined ? [] : [dirname(realpathSync(chromium))];
  return [...folders, '/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome']
    .map((folder) => join(folder, 'vk_swiftshader_icd.json'))
    .find((path) => existsSync(path));
}

const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill();
});

/** Starts the process of the runtime, and asks it over its channel. Chromium's Vulkan loader lies beside the driver. */
function openProcess(driver: string): RemoteRuntime {
  const { LD_LIBRARY_PATH: libraries = '' } = process.env;
  const child = fork(fileURLToPath(new URL('./node-webgpu-process.js', import.meta.url)), {
    env: { ...process.env, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: `${dirname(driver)}:${libraries}` },
    serialization: 'advanced',
  });
  children.push(child);
  const waiting = new Map<number, (reply: Reply) => void>();
  let next = 1;
  child.on('message', ({ key, reply }: { key: number; reply: Reply }) => {
    waiting.get(key)?.(reply);
    waiting.delete(key);
  });
  child.on('exit', (code, signal) => {
    const error = { message: `The process ended: ${code ?? signal}.`, code: undefined };
    for (const answer of waiting.values()) answer({ error });
  });
  return new RemoteRuntime(
    (command: Command) =>
      new Promise((resolve) => {
        waiting.set(next, resolve);
        child.send({ key: next++, command });
      }),
  );
}

runtimeContract({
  name: 'Node, WebGPU in software',
  open: async () => {
    const driver = findSwiftShader();
    return driver === undefined
      ? { missing: 'no SwiftShader, a Vulkan driver in software, beside a Chromium' }
      : openProcess(driver);
  },
  seesFiles: true,
  longWork: 2,
  operatorRuns: 2,
  goldenInputs: ['single', 'batch'],
  moreCheckpoints: webGpuCheckpoints,
  tolerance: backendTolerances.webgpu,
  angleTolerance: webGpuAngleTolerance,
});

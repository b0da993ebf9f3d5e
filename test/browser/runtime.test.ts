import { after } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { WebRuntimeOptions } from '../../src/runtime/web.js';
import { RemoteRuntime } from '../contract/remote-runtime.js';
import { runtimeContract } from '../contract/runtime.js';
import type { Command, Reply } from '../contract/runtime-host.js';
import { backendTolerances, webGpuAngleTolerance } from '../tolerances.js';
import { webAssemblyCheckpoints, webGpuCheckpoints } from './checkpoints.js';
import { launchChromium } from './chromium.js';
import type { RuntimePage } from './runtime-page.js';
import { openSite, type Site } from './site.js';

declare const page: RuntimePage;

let site: Site | undefined;
let browser: Browser | null | undefined;
let tab: Page | undefined;
after(async () => {
  await browser?.close();
  await site?.close();
});

/** A page with the bundled library, the same one for all backends; null where there is no browser. */
async function openPage(): Promise<Page | null> {
  if (tab) return tab;
  // Alone it gives headless Chromium a WebGPU adapter in software.
  browser = await launchChromium('--enable-unsafe-webgpu');
  if (browser === null) return null;
  site = await openSite(new URL('./runtime-page.js', import.meta.url));
  tab = await browser.newPage();
  tab.on('console', (message) => console.log(`console: ${message.text()}`));
  await tab.goto(site.address);
  return tab;
}

async function openRuntime(options: WebRuntimeOptions): Promise<RemoteRuntime | { missing: string }> {
  const opened = await openPage();
  if (opened === null) return { missing: 'PELLUCID_SKIP_BROWSER=1 and no Chromium' };
  if (options.backend === 'webgpu' && !(await opened.evaluate(() => page.hasWebGpu())))
    return { missing: 'this Chromium has no WebGPU adapter' };
  const index = await opened.evaluate((given) => page.open(given), options);
  return new RemoteRuntime(
    (command) =>
      // As `unknown`, for the types of playwright do not know typed arrays.
      (opened.evaluate as (run: (given: [number, Command]) => unknown, given: unknown) => Promise<unknown>)(
        ([runtime, asked]) => page.call(runtime, asked),
        [index, command],
      ) as Promise<Reply>,
  );
}

runtimeContract({
  name: 'Chromium, WebAssembly, 1 thread',
  open: () => openRuntime({ backend: 'wasm', threads: 1 }),
  seesFiles: false,
  longWork: 10,
  operatorRuns: 3,
  tolerance: backendTolerances.processor,
});

runtimeContract({
  name: 'Chromium, WebAssembly, 2 threads',
  open: () => openRuntime({ backend: 'wasm', threads: 2 }),
  moreCheckpoints: webAssemblyCheckpoints,
  seesFiles: false,
  longWork: 10,
  operatorRuns: 3,
  tolerance: backendTolerances.processor,
});

runtimeContract({
  name: 'Chromium, WebGPU in software',
  open: () => openRuntime({ backend: 'webgpu' }),
  seesFiles: false,
  longWork: 1,
  operatorRuns: 2,
  goldenInputs: ['single', 'batch'],
  moreCheckpoints: webGpuCheckpoints,
  tolerance: backendTolerances.webgpu,
  angleTolerance: webGpuAngleTolerance,
});

import { workerClient } from 'pellucid/client';
import script from './model-worker.ts?worker&url';
import type { Session } from './state/session.js';

const key = 'pellucid-backend';

/** Models in a worker of this page, on WebAssembly or, where the person chose it, WebGPU. */
export function workerSession(): Session {
  const used = localStorage.getItem(key) === 'webgpu' ? 'webgpu' : 'wasm';
  const site = new URL('./', location.href.split('#')[0]).href;
  const address = new URL(script, location.href);
  address.search = String(new URLSearchParams({ site, backend: used }));
  const client = workerClient({ createWorker: () => new Worker(address, { type: 'module' }) });
  void isolate();
  return {
    client,
    addFiles: client.addFiles,
    backend: {
      used,
      use(backend) {
        localStorage.setItem(key, backend);
        location.reload();
      },
    },
  };
}

/**
 * From the next visit on the page has several threads on any host: a service worker adds the headers that browsers want for
 * that. Nothing waits for it, and where it cannot be had one thread does the work.
 */
async function isolate(): Promise<void> {
  if (globalThis.crossOriginIsolated) return;
  await navigator.serviceWorker?.register('./headers.js').catch(() => undefined);
}

/** The script of a Web Worker that holds models for its page: for pages with no server behind them. */
import { type ListedModel, ModelHost, type Watch } from './api/index.js';
import type { CheckpointFiles } from './checkpoint/checkpoint-files.js';
import { openAddress } from './checkpoint/sources/address.js';
import { openBlobs } from './checkpoint/sources/blobs.js';
import { openHubAddress } from './checkpoint/sources/hub-address.js';
import { serveWorker } from './client/serve-worker.js';
import { PellucidError } from './errors.js';
import type { WebBackend } from './runtime/web-worker.js';
import { loadModel } from './web.js';

/** What lies beside the page, as `site.json` says. */
export interface SiteDescription {
  readonly version: string;
  /** Address of the Hub. */
  readonly hub: string;
  readonly first: string;
  /** The models in the folder `models`, and the files of each. */
  readonly models: readonly (Omit<ListedModel, 'from'> & { readonly files: readonly string[] })[];
}

/** How this worker was started, in its address: where `site.json` lies, and what computes. */
const given = new URLSearchParams(globalThis.location.search);
const site = new URL(given.get('site') ?? './', globalThis.location.href);
const backend: WebBackend = given.get('backend') === 'webgpu' ? 'webgpu' : 'wasm';

/** What was added since, by the name that it is opened by. */
const added = new Map<string, { readonly listed: ListedModel; readonly files: CheckpointFiles }>();

/** Adds the files of a checkpoint, if it is one that can be opened. */
async function add(name: string, files: CheckpointFiles): Promise<ListedModel> {
  // Opened once to see that it is one; what is kept is a few kilobytes.
  const model = await loadModel(files, { backend });
  const { modelType } = model.architecture;
  await model.close();
  const listed: ListedModel = { name, title: name, modelType, from: 'named' };
  added.set(name, { listed, files });
  return listed;
}

async function describe(): Promise<SiteDescription> {
  const address = new URL('site.json', site);
  const response = await fetch(address).catch(() => null);
  if (!response?.ok)
    throw new PellucidError(
      'network',
      `${address.href} cannot be read: the site is not whole, build it again.`,
    );
  return (await response.json()) as SiteDescription;
}

async function start(): Promise<ModelHost> {
  const { version, hub, first, models } = await describe();
  return new ModelHost({
    version,
    first,
    adds: {
      places: ['hub'],
      hub,
      add: async (_, id, { signal }: Watch) => add(id, await openHubAddress(id, { endpoint: hub, signal })),
    },
    async list() {
      const bundled = models.map(({ name, title, modelType }) => ({
        name,
        title,
        modelType,
        from: 'bundled' as const,
      }));
      return [...[...added.values()].map(({ listed }) => listed), ...bundled];
    },
    async load(name) {
      const bundled = models.find((model) => model.name === name);
      const files = added.get(name)?.files ?? {
        ...(await openAddress(new URL(`models/${name}/`, site), { names: bundled?.files })),
        id: name,
      };
      return loadModel(files, { backend });
    },
  });
}

const host = start();
host.catch(() => {});
serveWorker(host, (name, files) => add(name, openBlobs(files, name)));

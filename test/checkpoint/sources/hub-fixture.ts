import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach } from 'node:test';
import type { CheckpointFiles } from '../../../src/checkpoint/checkpoint-files.js';
import { serializeSafetensors } from '../../../src/checkpoint/safetensors/write.js';
import { type HubOptions, openHub } from '../../../src/checkpoint/sources/hub.js';
import type { HubSettings } from '../../../src/checkpoint/sources/hub-settings.js';
import type { ErrorCode } from '../../../src/errors.js';
import { tensor } from '../../../src/tensor/index.js';
import { HubServer } from '../hub-server.js';

export const commit = 'c0ffee'.padEnd(40, '0');
export const text = (content: string): Uint8Array => new TextEncoder().encode(content);
export const weights = serializeSafetensors(
  new Map([
    [
      'wte',
      tensor(
        'F32',
        [400, 100],
        new Float32Array(40_000).map((_, i) => i),
      ),
    ],
  ]),
);
export const config = text('{"model_type":"gpt2"}');

/** What `org/model` holds, with more than is needed. */
export const files = {
  'config.json': config,
  'tokenizer.json': text('{"version":"1.0"}'),
  'tokenizer_config.json': text('{}'),
  'vocab.json': text('{}'),
  'README.md': text('# Model'),
  'pytorch_model.bin': text('PK\u0003\u0004'),
  'model.safetensors': weights,
};

/** A Hub with the model `org/model`, and for each test an empty cache. */
export class HubFixture {
  readonly server = new HubServer();
  cacheFolder = '';
  settings!: HubSettings;

  constructor() {
    before(() => this.server.start());
    after(() => this.server.close());
    beforeEach(() => this.#reset());
    afterEach(() => rm(this.cacheFolder, { recursive: true, force: true }));
  }

  open = (options: HubOptions = {}, id = 'org/model'): Promise<CheckpointFiles> =>
    openHub(id, { settings: this.settings, ...options });

  inCache = (...path: string[]): string => join(this.cacheFolder, 'models--org--model', ...path);

  refuses = (code: ErrorCode, message: RegExp, options: HubOptions = {}, id?: string): Promise<void> =>
    assert.rejects(this.open(options, id), { name: 'PellucidError', code, message });

  withToken = (value: string): HubOptions => ({
    settings: { ...this.settings, token: { value, source: 'HF_TOKEN' } },
  });

  async #reset(): Promise<void> {
    this.cacheFolder = await mkdtemp(join(tmpdir(), 'hub-'));
    this.settings = {
      endpoint: this.server.endpoint,
      cacheFolder: this.cacheFolder,
      offline: false,
      links: true,
      idleTimeout: 2000,
      retryDelay: 1,
    };
    this.server.repositories.clear();
    this.server.repositories.set('org/model', { commit, revisions: ['refs/pr/1', 'v1.0'], files });
    this.server.forget();
  }
}

import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { type Checkpoint, openCheckpoint, readWeight } from '../../src/checkpoint/checkpoint.js';
import { serializeSafetensors } from '../../src/checkpoint/safetensors/write.js';
import { openFolder } from '../../src/checkpoint/sources/folder.js';
import type { ErrorCode } from '../../src/errors.js';
import { tensor } from '../../src/tensor/index.js';
import { safetensorsFile } from './safetensors/safetensors-file.js';

let root: string;
let folder: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'checkpoint-'));
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'model-'));
});
after(() => rm(root, { recursive: true }));

const weights = (name: string, ...values: number[]) =>
  serializeSafetensors(new Map([[name, tensor('F32', [values.length], Float32Array.from(values))]]));

async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

/** Goes on in another, empty folder. */
async function emptied(): Promise<void> {
  folder = await mkdtemp(join(root, 'model-'));
}

const open = async (): Promise<Checkpoint> => openCheckpoint(await openFolder(folder));

const refuses = (code: ErrorCode, message: RegExp): Promise<void> =>
  assert.rejects(open(), { name: 'PellucidError', code, message });

const config = '{"model_type":"gpt2","n_layer":2}';
const index = (map: Record<string, unknown>): string => JSON.stringify({ metadata: {}, weight_map: map });

test('a single file is opened', async () => {
  await write({ 'config.json': config, 'model.safetensors': weights('wte', 1, 2) });
  const checkpoint = await open();
  assert.equal(checkpoint.modelType, 'gpt2');
  assert.equal(checkpoint.config.n_layer, 2);
  assert.deepEqual((await readWeight(checkpoint, 'wte')).data, Float32Array.of(1, 2));
  await assert.rejects(readWeight(checkpoint, 'wpe'), { code: 'not-found', message: /has no tensor "wpe"/ });
});

test('shards are opened as one, each weight in its own file', async () => {
  await write({
    'config.json': config,
    'model.safetensors.index.json': index({ a: 'model-1.safetensors', b: 'model-2.safetensors' }),
    'model-1.safetensors': weights('a', 1),
    'model-2.safetensors': weights('b', 2, 3),
  });
  const checkpoint = await open();
  assert.equal(checkpoint.weights.get('b')?.file, 'model-2.safetensors');
  assert.deepEqual((await readWeight(checkpoint, 'b')).data, Float32Array.of(2, 3));
});

test('an index that lies is refused', async () => {
  const shards = {
    'config.json': config,
    'one.safetensors': weights('a', 1),
    'two.safetensors': weights('a', 1),
  };
  await write({
    ...shards,
    'model.safetensors.index.json': index({ a: 'one.safetensors', b: 'three.safetensors' }),
  });
  await refuses('not-found', /lacks three\.safetensors, listed by its model\.safetensors\.index\.json/);
  await write({ 'model.safetensors.index.json': index({ a: 'one.safetensors', b: 'one.safetensors' }) });
  await refuses('bad-checkpoint', /says that one\.safetensors holds tensor "b", but it does not/);
  await write({ 'model.safetensors.index.json': index({ a: 'one.safetensors', b: 'two.safetensors' }) });
  await refuses('bad-checkpoint', /tensor "a" is both in one\.safetensors and in two\.safetensors/);
  for (const name of [
    '../one.safetensors',
    '/etc/one.safetensors',
    'C:one.safetensors',
    'a\\one.safetensors',
    'one.bin',
    7,
  ]) {
    await write({ 'model.safetensors.index.json': index({ a: name }) });
    await refuses('bad-checkpoint', /as a shard, which is not the name of a safetensors file beside it/);
  }
  await write({ 'model.safetensors.index.json': '{"weight_map":[]}' });
  await refuses('bad-checkpoint', /has no "weight_map" object/);
});

test('a folder that is no checkpoint is refused with what it is', async () => {
  await refuses('not-found', /is not a checkpoint: it has no config\.json, and no other file/);
  await write({ 'model.safetensors': weights('a', 1) });
  await refuses('not-found', /no config\.json, only model\.safetensors/);
  await write({ 'config.json': '{"model_type":' });
  await refuses('bad-checkpoint', /config\.json is not valid JSON/);
  await write({ 'config.json': '[]' });
  await refuses('bad-checkpoint', /config\.json does not hold a JSON object/);
  await write({ 'config.json': '{"vocab_size":5}' });
  await refuses('bad-checkpoint', /config\.json of .* has no "model_type"/);
  await truncate(join(folder, 'config.json'), 10_000_001);
  await refuses('bad-checkpoint', /config\.json of .* is 10000001 bytes long, and at most 10000000/);
});

test('weights in another format are refused with what to do', async () => {
  await write({ 'config.json': config });
  await refuses('not-found', /but no weights: there is no model\.safetensors/);
  await write({ 'pytorch_model.bin': 'PK' });
  await refuses('unsupported', /only as pytorch_model\.bin.*refs\/pr\/1.*safe_serialization=True/);
  for (const [name, says] of [
    ['tf_model.h5', /only as tf_model\.h5, which are TensorFlow's.*from_tf=True/],
    ['flax_model.msgpack', /only as flax_model\.msgpack, which are Flax's.*from_flax=True/],
    ['tiny-Q4_K_M.gguf', /only as tiny-Q4_K_M\.gguf, a GGUF file .* open the model that it was made from/],
  ] as const) {
    await emptied();
    await write({ 'config.json': config, [name]: '' });
    await refuses('unsupported', says);
  }
  await emptied();
  await write({ 'tiny.gguf': 'GGUF', 'README.md': '' });
  await refuses('unsupported', /has only tiny\.gguf, a GGUF file/);
});

test('quantised weights are refused before their headers are read', async () => {
  const fp8 = { a: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } };
  const settings = { model_type: 'llama', quantization_config: { quant_method: 'fp8' } };
  await write({ 'config.json': JSON.stringify(settings), 'model.safetensors': safetensorsFile(fp8) });
  await refuses('unsupported', /quantised weights \(quantization_config: fp8\)/);
});

test('a huge file that says it is short, or a short one that says it is huge, costs no memory', async () => {
  await write({ 'config.json': config, 'model.safetensors': weights('a', 1) });
  await truncate(join(folder, 'model.safetensors'), 2 ** 40);
  await refuses('bad-checkpoint', /bytes after its last tensor belong to no tensor/);
  const huge = { a: { dtype: 'F32', shape: [2 ** 38], data_offsets: [0, 2 ** 40] } };
  await write({ 'model.safetensors': safetensorsFile(huge) });
  await refuses('bad-checkpoint', /is cut short: its header needs 10995116/);
  await truncate(join(folder, 'model.safetensors'), safetensorsFile(huge).length + 2 ** 40);
  await assert.rejects(readWeight(await open(), 'a'), { code: 'unsupported', message: /at most 2 GiB/ });
});

test('the content hash changes with the config and with any byte of the weights, not with the place', async () => {
  await write({ 'config.json': config, 'model.safetensors': weights('a', 1, 2) });
  const { contentHash } = await open();
  assert.match(contentHash, /^sha256:[0-9a-f]{64}$/);
  const hashWith = async (files: Record<string, string | Uint8Array>): Promise<string> => {
    await write(files);
    return (await open()).contentHash;
  };
  const other = await hashWith({ 'model.safetensors': weights('a', 1, 3) });
  assert.notEqual(other, contentHash);
  assert.notEqual(await hashWith({ 'config.json': `${config} ` }), other);
  folder = await mkdtemp(join(root, 'elsewhere-'));
  assert.equal(
    await hashWith({ 'config.json': config, 'model.safetensors': weights('a', 1, 2) }),
    contentHash,
  );
});

test('a large file of unknown hash is sampled, and the hash says so', async () => {
  const values = new Float32Array(5_000_000);
  const file = (): Uint8Array =>
    serializeSafetensors(new Map([['a', tensor('F32', [values.length], values)]]));
  await write({ 'config.json': config, 'model.safetensors': file() });
  const { contentHash } = await open();
  assert.match(contentHash, /^sampled-sha256:[0-9a-f]{64}$/);
  values.fill(0.5);
  await write({ 'model.safetensors': file() });
  assert.notEqual((await open()).contentHash, contentHash);
});

test('links are followed, and the hash that names a blob of the cache is taken', async () => {
  const blobs = join(root, 'blobs');
  await mkdir(blobs);
  const blob = join(blobs, 'ab'.repeat(32));
  await writeFile(blob, weights('a', 1));
  await write({ 'config.json': config });
  await symlink(join('..', 'blobs', basename(blob)), join(folder, 'model.safetensors'));
  const files = await openFolder(folder);
  assert.equal(files.path('model.safetensors'), blob);
  assert.equal(files.contentHash?.('model.safetensors'), 'ab'.repeat(32));
  const linked = await openCheckpoint(files);
  assert.ok(linked.weights.has('a'));
  await rm(join(folder, 'model.safetensors'));
  await copyFile(blob, join(folder, 'model.safetensors'));
  assert.notEqual((await open()).contentHash, linked.contentHash, 'the name was taken for the hash');
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serializeSafetensors } from '../../../src/checkpoint/safetensors/write.js';
import { readTensors } from '../../../src/checkpoint/sources/read-tensors.js';
import { tensor } from '../../../src/tensor/index.js';

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-tensors-'));
});
after(() => rm(folder, { recursive: true }));

test('a file is read whole', async () => {
  const path = join(folder, 'a.safetensors');
  const ids = tensor('I64', [2], BigInt64Array.of(1n, -1n));
  await writeFile(path, serializeSafetensors(new Map([['ids', ids]])));
  assert.deepEqual([...(await readTensors(path))], [['ids', ids]]);
});

test('what cannot be read is named', async () => {
  await assert.rejects(readTensors(join(folder, 'none')), {
    code: 'not-found',
    message: /there is no file .*none/,
  });
  await assert.rejects(readTensors(folder), { code: 'bad-input', message: /cannot be read \(EISDIR\)/ });
  const huge = join(folder, 'huge.safetensors');
  await writeFile(huge, '');
  await truncate(huge, 2 ** 31);
  await assert.rejects(readTensors(huge), { code: 'bad-input', message: /is 2147483648 bytes long/ });
  const wrong = join(folder, 'wrong.safetensors');
  await writeFile(wrong, 'GGUF.............');
  await assert.rejects(readTensors(wrong), {
    code: 'bad-checkpoint',
    message: /^wrong\.safetensors is a GGUF file/,
  });
});

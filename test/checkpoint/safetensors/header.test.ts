import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataStartOf, parseHeader } from '../../../src/checkpoint/safetensors/header.js';
import type { ErrorCode } from '../../../src/errors.js';
import { safetensorsFile } from './safetensors-file.js';

const float = (begin: number, end: number, shape = [1]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

function refuses(bytes: Uint8Array, message: RegExp, code: ErrorCode = 'bad-checkpoint'): void {
  assert.throws(() => parseHeader('model.safetensors', bytes), { name: 'PellucidError', code, message });
}

test('a header tells where each tensor lies', () => {
  const file = safetensorsFile(
    {
      __metadata__: { format: 'pt' },
      b: float(4, 12, [2, 1]),
      a: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] },
      scalar: { dtype: 'I64', shape: [], data_offsets: [12, 20] },
      empty: { dtype: 'BOOL', shape: [0, 7], data_offsets: [12, 12] },
    },
    20,
  );
  const { weights, metadata, dataStart } = parseHeader('x.safetensors', file);
  assert.equal(dataStart, file.length - 20);
  assert.deepEqual(weights.get('b'), {
    name: 'b',
    dtype: 'F32',
    shape: [2, 1],
    file: 'x.safetensors',
    offset: dataStart + 4,
    length: 8,
  });
  assert.deepEqual([...weights.keys()].sort(), ['a', 'b', 'empty', 'scalar']);
  assert.deepEqual([...metadata], [['format', 'pt']]);
});

test('a file too short, or with a length that lies, is refused', () => {
  refuses(new Uint8Array(5), /model\.safetensors is 5 bytes long, too short/);
  const lying = safetensorsFile('{}');
  new DataView(lying.buffer).setBigUint64(0, 50_000n, true);
  refuses(lying, /declares a header of 50000 bytes but is only 10 bytes long/);
  new DataView(lying.buffer).setBigUint64(0, 2n ** 63n, true);
  refuses(lying, /a header of 9223372036854775808 bytes, and at most 100000000 are read/);
  // Rounded to a double it would be written 1152921504606847000.
  new DataView(lying.buffer).setBigUint64(0, 2n ** 60n, true);
  refuses(lying, /a header of 1152921504606846976 bytes,/);
});

test('a header that is not a JSON object is refused', () => {
  refuses(safetensorsFile('[1]   '), /does not start with "\{"/);
  refuses(safetensorsFile('{"a": '), /header that is not JSON/);
  const bad = safetensorsFile('{"a" }');
  bad[10] = 0xff;
  refuses(bad, /not UTF-8/);
});

test('a tensor with a wrong entry is refused by name', () => {
  const one = (entry: unknown) => safetensorsFile({ w: entry }, 4);
  refuses(one(3), /at tensor "w": its entry is not a JSON object/);
  refuses(
    one({ ...float(0, 4), dtype: 'F8_E4M3' }),
    /tensor "w" of element type F8_E4M3.*it reads F64, F32/,
    'unsupported',
  );
  refuses(one({ ...float(0, 4), dtype: 'toString' }), /element type toString/, 'unsupported');
  for (const shape of [[-1], [1.5], ['1'], 1, null, [2 ** 53]]) {
    refuses(one({ dtype: 'F32', shape, data_offsets: [0, 4] }), /its shape must be a list of whole numbers/);
  }
  refuses(
    one(float(0, 4, new Array<number>(100_000).fill(1))),
    /its shape has 100000 axes, and at most 64 are read/,
  );
  refuses(one(float(0, 4, [2 ** 40, 2 ** 40])), /its shape \[1099511627776,1099511627776\] is too large/);
  for (const range of [[0], [0, 4, 4], [0, 1.5], [-4, 0], 'no', { 0: 0, 1: 4 }]) {
    refuses(one({ dtype: 'F32', shape: [1], data_offsets: range }), /data_offsets must be two whole numbers/);
  }
  refuses(one(float(4, 0)), /run backwards/);
  refuses(one(float(0, 4, [2])), /shape \[2\] of F32 needs 8 bytes but its data_offsets span 4/);
});

test('tensors must cover the data with neither gap nor overlap', () => {
  refuses(safetensorsFile({ a: float(0, 8, [2]), b: float(4, 8) }, 8), /tensors "a" and "b" overlap/);
  refuses(
    safetensorsFile({ a: float(0, 4), b: float(8, 12) }, 12),
    /4 bytes before tensor "b" belong to no tensor/,
  );
  refuses(safetensorsFile({ a: float(0, 4) }, 9), /5 bytes after its last tensor/);
  refuses(
    safetensorsFile({ a: float(0, 4) }, 3),
    /is cut short: its header needs \d+ bytes and the file has \d+/,
  );
});

test('a name that stands twice is refused', () => {
  const entry = JSON.stringify(float(0, 4));
  refuses(safetensorsFile(`{"a":${entry},"a":${entry}}`, 4), /a name stands twice/);
  const named = { data_offsets: float(0, 4), __metadata__: { data_offsets: 'x "data_offsets": y' } };
  assert.equal(parseHeader('x', safetensorsFile(named, 4)).weights.size, 1);
});

test('names that mean something to JavaScript are only names', () => {
  const file = safetensorsFile(
    '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"constructor":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
    2,
  );
  assert.deepEqual([...parseHeader('x', file).weights.keys()], ['__proto__', 'constructor']);
});

test('metadata must be text', () => {
  refuses(safetensorsFile({ __metadata__: { n: 1 } }), /"__metadata__" that is not a string: "n"/);
  refuses(safetensorsFile({ __metadata__: [] }), /"__metadata__" that is not a JSON object/);
});

test('what a message repeats from the file is short and printable', () => {
  assert.throws(
    () => parseHeader('x', safetensorsFile({ [`\u001b[31m${'n'.repeat(1000)}`]: 0 })),
    (error: Error) => !/\p{Cc}/u.test(error.message) && error.message.length < 200,
  );
});

test('another kind of file is told by name', () => {
  const start = (text: string) => new Uint8Array([...Buffer.from(text, 'latin1'), ...new Uint8Array(64)]);
  refuses(start('version https://git-lfs.github.com/spec/v1\noid sha256:…'), /Git LFS pointer.*git lfs pull/);
  refuses(start('<!doctype html><html>'), /a web page/);
  refuses(start('PK\x03\x04........'), /pickle.*never opened/);
  refuses(start('\x80\x02\x8a\x0al\xfc\x9cF'), /pickle.*never opened/);
  refuses(start('GGUF\x03\x00\x00\x00\x10'), /GGUF/);
});

test('a header whose length begins as a pickle does is none', () => {
  const text = '{}'.padEnd(0x280);
  assert.equal(dataStartOf('x', safetensorsFile(text), 0x288), 0x288);
});

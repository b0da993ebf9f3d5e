import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeader } from '../../../src/checkpoint/safetensors/header.js';
import { parseSafetensors } from '../../../src/checkpoint/safetensors/read.js';
import { serializeSafetensors } from '../../../src/checkpoint/safetensors/write.js';
import { type Tensor, tensor } from '../../../src/tensor/index.js';

/** Written by safetensors 0.8.0 (Python) from the tensors below. */
const reference = Buffer.from(
  [
    'mAIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCJpZHMiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzJd',
    'LCJkYXRhX29mZnNldHMiOlswLDE2XX0sImQiOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOlsx',
    'NiwyNF19LCJiLndlaWdodCI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMiwyXSwiZGF0YV9vZmZzZXRzIjpbMjQsNDBdfSwi',
    'bm9uZSI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMCwzXSwiZGF0YV9vZmZzZXRzIjpbNDAsNDBdfSwiw6kgXCJ4XCIiOnsi',
    'ZHR5cGUiOiJJMzIiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzQwLDQ0XX0sImEiOnsiZHR5cGUiOiJCRjE2Iiwic2hh',
    'cGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNDQsNDhdfSwiaCI6eyJkdHlwZSI6IkYxNiIsInNoYXBlIjpbMV0sImRhdGFfb2Zm',
    'c2V0cyI6WzQ4LDUwXX0sInMiOnsiZHR5cGUiOiJJMTYiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOls1MCw1Ml19LCJp',
    'Ijp7ImR0eXBlIjoiSTgiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOls1Miw1M119LCJ1Ijp7ImR0eXBlIjoiVTgiLCJz',
    'aGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOls1Myw1NF19LCJtYXNrIjp7ImR0eXBlIjoiQk9PTCIsInNoYXBlIjpbM10sImRh',
    'dGFfb2Zmc2V0cyI6WzU0LDU3XX19ICAgAQAAAAAAAAACAAAAAAAAAAAAAAAAAPA/AACAPwAAAEAAAEBAAACAQAMAAADAPwDA',
    'ADgFAPsHAQAB',
  ].join(''),
  'base64',
);

const tensors = new Map<string, Tensor>([
  ['b.weight', tensor('F32', [2, 2], Float32Array.of(1, 2, 3, 4))],
  ['a', tensor('BF16', [2], Uint16Array.of(0x3fc0, 0xc000))],
  ['ids', tensor('I64', [2], BigInt64Array.of(1n, 2n))],
  ['h', tensor('F16', [1], Uint16Array.of(0x3800))],
  ['mask', tensor('BOOL', [3], Uint8Array.of(1, 0, 1))],
  ['u', tensor('U8', [1], Uint8Array.of(7))],
  ['é "x"', tensor('I32', [], Int32Array.of(3))],
  ['none', tensor('F32', [0, 3], new Float32Array(0))],
  ['d', tensor('F64', [1], Float64Array.of(1))],
  ['s', tensor('I16', [1], Int16Array.of(5))],
  ['i', tensor('I8', [1], Int8Array.of(-5))],
]);

test('the bytes equal those of the reference implementation', () => {
  const bytes = serializeSafetensors(tensors, { format: 'pt' });
  assert.equal(Buffer.from(bytes).toString('latin1'), reference.toString('latin1'));
});

test('what the reference wrote is read with the same values, wherever its bytes begin', () => {
  const shifted = new Uint8Array(reference.length + 3);
  shifted.set(reference, 3);
  const read = parseSafetensors(shifted.subarray(3));
  assert.equal(read.size, tensors.size);
  for (const [name, expected] of tensors) assert.deepEqual(read.get(name), expected);
});

test('a view on part of a larger array is written as that part', () => {
  const part = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  const read = parseSafetensors(serializeSafetensors(new Map([['v', tensor('F32', [2], part)]])));
  assert.deepEqual(read.get('v')?.data, Float32Array.of(1, 2));
});

test('names that an object would reorder or lose are kept', () => {
  const one = tensor('U8', [1], Uint8Array.of(1));
  const read = parseSafetensors(
    serializeSafetensors(
      new Map([
        ['10', one],
        ['2', one],
        ['__proto__', one],
      ]),
    ),
  );
  assert.deepEqual([...read.keys()].sort(), ['10', '2', '__proto__']);
});

test('the data starts at a multiple of 8 and metadata may be empty', () => {
  const bytes = serializeSafetensors(new Map([['abc', tensor('U8', [1], Uint8Array.of(1))]]));
  const { dataStart, metadata } = parseHeader('x', bytes);
  assert.equal(dataStart % 8, 0);
  assert.equal(metadata.size, 0);
});

test('the reserved name is refused', () => {
  const one = tensor('U8', [1], Uint8Array.of(1));
  assert.throws(() => serializeSafetensors(new Map([['__metadata__', one]])), { code: 'bad-input' });
});

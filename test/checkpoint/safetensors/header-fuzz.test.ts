import { test } from 'node:test';
import fc from 'fast-check';
import { parseHeader } from '../../../src/checkpoint/safetensors/header.js';
import { parseIndex } from '../../../src/checkpoint/safetensors/index-file.js';
import { parseSafetensors } from '../../../src/checkpoint/safetensors/read.js';
import { PellucidError } from '../../../src/errors.js';
import { safetensorsFile } from './safetensors-file.js';

/** Whatever the bytes: a result, or the one kind of error with a sentence that names the file. */
function holds(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    return (
      error instanceof PellucidError && error.message.includes('f.safetensors') && error.message.length < 600
    );
  }
}

const good = safetensorsFile(
  {
    __metadata__: { format: 'pt' },
    first: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    second: { dtype: 'I64', shape: [1], data_offsets: [24, 32] },
  },
  32,
);

const count = fc.oneof(
  fc.nat(40),
  fc.integer(),
  fc.double(),
  fc.constantFrom(2 ** 53, 2 ** 31, -1, null, '4'),
);

const entry = fc.record(
  {
    dtype: fc.oneof(fc.constantFrom('F32', 'F16', 'I64', 'BOOL', 'F8_E4M3'), fc.string()),
    shape: fc.oneof(fc.array(count, { maxLength: 5 }), fc.jsonValue()),
    data_offsets: fc.oneof(fc.tuple(count, count), fc.jsonValue()),
  },
  { requiredKeys: [] },
);

test('any bytes give a result or a PellucidError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
      holds(() => parseSafetensors(bytes, 'f.safetensors')),
    ),
  );
});

test('a good file with changed bytes gives a result or a PellucidError', () => {
  const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(good.length), (changes, length) => {
      const bytes = good.slice();
      for (const [position, value] of changes) bytes[position] = value;
      return (
        holds(() => parseSafetensors(bytes, 'f.safetensors')) &&
        holds(() => parseSafetensors(bytes.subarray(0, length), 'f.safetensors'))
      );
    }),
    { numRuns: 500 },
  );
});

test('a header of wrong entries, in a file of any claimed size, gives a result or a PellucidError', () => {
  const header = fc.dictionary(
    fc.oneof(fc.string(), fc.constant('__metadata__')),
    fc.oneof(entry, fc.jsonValue()),
  );
  fc.assert(
    fc.property(header, fc.maxSafeNat(), (entries, size) => {
      const bytes = safetensorsFile(entries);
      return holds(() => parseHeader('f.safetensors', bytes, Math.max(size, bytes.length)));
    }),
    { numRuns: 500 },
  );
});

test('any index gives a result or a PellucidError', () => {
  const map = fc.oneof(
    fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.constant('a.safetensors'))),
    fc.jsonValue(),
  );
  fc.assert(fc.property(map, (weight_map) => holds(() => parseIndex('f.safetensors', { weight_map }))));
});

import { PellucidError } from '../../errors.js';
import { bytesPerElement, type DataType, dataTypes } from '../../tensor/index.js';
import { shown } from '../untrusted-text.js';
import type { Weight, Weights } from '../weights.js';
import { foreignKind } from './file-kind.js';

/** What stands at the start of a safetensors file: where each tensor's bytes lie, and free text about the file. */
export interface SafetensorsHeader {
  readonly weights: Weights;
  /** `__metadata__`: strings only, e.g. `format` → `pt`. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Length of the file's first part in bytes, the 8 bytes of the length included: where the data starts. */
  readonly dataStart: number;
}

/** The reference implementation's bound on a header; a real one is a few hundred kB. */
const headerBound = 100_000_000;

/** As many axes as PyTorch's tensors have at most. */
const mostAxes = 64;

function refuse(file: string, cause: string): never {
  throw new PellucidError('bad-checkpoint', `${file} ${cause}`);
}

/**
 * Where the data of a safetensors file starts, from its first bytes.
 * @param file name for messages
 * @param first at least the first 8 bytes of the file; with 64 a wrong kind of file is told by name
 * @param fileSize size of the whole file in bytes
 * @throws PellucidError `bad-checkpoint` when the bytes cannot be the start of such a file.
 */
export function dataStartOf(file: string, first: Uint8Array, fileSize: number): number {
  // Only what cannot be safetensors is looked at for another kind: a header of 640 bytes starts as a pickle does.
  const wrong = (cause: string): never => refuse(file, foreignKind(first) ?? cause);
  if (fileSize < 8 || first.length < 8) {
    return wrong(`is ${fileSize} bytes long, too short for safetensors; the download was probably cut`);
  }
  const declared = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
  if (declared > headerBound) {
    return wrong(
      `is not safetensors: it declares a header of ${declared} bytes, and at most ${headerBound} are read`,
    );
  }
  const length = Number(declared);
  if (8 + length > fileSize) {
    return wrong(
      `declares a header of ${length} bytes but is only ${fileSize} bytes long; delete it and download it again`,
    );
  }
  if (first.length > 8 && first[8] !== 0x7b) {
    return wrong('is not safetensors: its header does not start with "{"');
  }
  return 8 + length;
}

/**
 * The header of a safetensors file, checked as the reference implementation checks it: every tensor's byte range
 * fits its shape, and the ranges cover the rest of the file with neither gap nor overlap.
 * @param file name for messages, and the `file` of every weight
 * @param bytes the file's bytes from its start, at least to the end of the header
 * @param fileSize size of the whole file in bytes
 * @throws PellucidError `bad-checkpoint` for a malformed header, `unsupported` for an element type Pellucid does
 * not read.
 * @see https://github.com/huggingface/safetensors#format
 */
export function parseHeader(file: string, bytes: Uint8Array, fileSize = bytes.length): SafetensorsHeader {
  const dataStart = dataStartOf(file, bytes.subarray(0, 64), fileSize);
  const text = headerText(file, bytes.subarray(8, dataStart));
  const entries = headerEntries(file, text);
  const metadata = metadataOf(file, entries);
  const weights = [...entries]
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => weightOf(file, name, entry, dataStart));
  checkNamesOnce(file, text, weights, metadata);
  checkCoverage(file, weights, dataStart, fileSize);
  return { weights: new Map(weights.map((weight) => [weight.name, weight])), metadata, dataStart };
}

function headerText(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PellucidError('bad-checkpoint', `${file} has a header that is not UTF-8 text`, { cause });
  }
}

function headerEntries(file: string, text: string): Map<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new PellucidError('bad-checkpoint', `${file} has a header that is not JSON`, { cause });
  }
  if (!isObject(parsed)) refuse(file, 'has a header that is not a JSON object');
  return new Map(Object.entries(parsed));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function metadataOf(file: string, entries: ReadonlyMap<string, unknown>): Map<string, string> {
  const found = entries.get('__metadata__');
  if (found === undefined) return new Map();
  if (!isObject(found)) refuse(file, 'has a "__metadata__" that is not a JSON object');
  const metadata = new Map<string, string>();
  for (const [key, value] of Object.entries(found)) {
    if (typeof value !== 'string')
      refuse(file, `has a value in "__metadata__" that is not a string: "${shown(key)}"`);
    metadata.set(key, value);
  }
  return metadata;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function weightOf(file: string, name: string, entry: unknown, dataStart: number): Weight {
  const inTensor = (cause: string): never =>
    refuse(file, `is malformed at tensor "${shown(name)}": ${cause}`);
  if (!isObject(entry)) return inTensor('its entry is not a JSON object');
  const { dtype, shape, data_offsets: range } = entry;
  if (!dataTypes.includes(dtype as DataType)) {
    throw new PellucidError(
      'unsupported',
      `${file} holds tensor "${shown(name)}" of element type ${shown(dtype)}, which Pellucid does not read ` +
        `(it reads ${dataTypes.join(', ')}); use an unquantised version of the model`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    return inTensor(`its shape must be a list of whole numbers, not ${shown(shape)}`);
  }
  if (shape.length > mostAxes)
    return inTensor(`its shape has ${shape.length} axes, and at most ${mostAxes} are read`);
  if (!Array.isArray(range) || range.length !== 2 || !range.every(isCount)) {
    return inTensor(`its data_offsets must be two whole numbers, not ${shown(range)}`);
  }
  const [begin, end] = range as [number, number];
  if (begin > end) return inTensor(`its data_offsets [${begin}, ${end}] run backwards`);
  // A zero anywhere makes the product zero, so it must not stop at an overflow before it.
  const elements = shape.includes(0) ? 0 : shape.reduce((product: number, size: number) => product * size, 1);
  const length = elements * bytesPerElement[dtype as DataType];
  if (!Number.isSafeInteger(length)) return inTensor(`its shape [${shown(String(shape))}] is too large`);
  if (length !== end - begin) {
    return inTensor(
      `its shape [${shown(String(shape))}] of ${dtype} needs ${length} bytes but its data_offsets span ${end - begin}`,
    );
  }
  return { name, dtype: dtype as DataType, shape, file, offset: dataStart + begin, length };
}

/** JSON.parse keeps only the last of two equal keys; a name that stands twice shows as one `data_offsets` too many. */
function checkNamesOnce(
  file: string,
  text: string,
  weights: readonly Weight[],
  metadata: ReadonlyMap<string, string>,
): void {
  const inText = text.match(/(?<!\\)"data_offsets"\s*:/g)?.length ?? 0;
  const asName = weights.some((weight) => weight.name === 'data_offsets') ? 1 : 0;
  const asKey = metadata.has('data_offsets') ? 1 : 0;
  if (inText > weights.length + asName + asKey) refuse(file, 'has a header in which a name stands twice');
}

function checkCoverage(file: string, weights: readonly Weight[], dataStart: number, fileSize: number): void {
  let position = dataStart;
  let before = '';
  const ordered = [...weights].sort((a, b) => a.offset - b.offset || a.length - b.length);
  for (const { name, offset, length } of ordered) {
    if (offset < position)
      refuse(file, `is malformed: tensors "${shown(before)}" and "${shown(name)}" overlap`);
    if (offset > position) {
      refuse(
        file,
        `is malformed: ${offset - position} bytes before tensor "${shown(name)}" belong to no tensor`,
      );
    }
    position = offset + length;
    before = name;
  }
  if (position > fileSize) {
    refuse(
      file,
      `is cut short: its header needs ${position} bytes and the file has ${fileSize}; delete it and download it again`,
    );
  }
  if (position < fileSize) {
    refuse(file, `is malformed: ${fileSize - position} bytes after its last tensor belong to no tensor`);
  }
}

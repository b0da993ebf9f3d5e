import { PellucidError } from '../../errors.js';
import type { DataType, Tensor } from '../../tensor/index.js';

/** The reference implementation lays tensors out by element type in this order, widest first, so that all stay aligned. */
const order: readonly DataType[] = ['I64', 'F64', 'F32', 'I32', 'BF16', 'F16', 'I16', 'I8', 'U8', 'BOOL'];

/**
 * A safetensors file, piece by piece: the header, then the bytes of each tensor (views on the tensors, not copies), so
 * that a large file can be written as it comes. The bytes equal those of the reference implementation.
 * @param tensors by name
 * @param metadata `__metadata__`: free text about the file
 * @throws PellucidError `bad-input` for a tensor named `__metadata__`, which the format reserves.
 */
export function* safetensorsPieces(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Generator<Uint8Array> {
  if (tensors.has('__metadata__')) {
    throw new PellucidError('bad-input', 'a tensor cannot be named "__metadata__" in a safetensors file');
  }
  const ordered = [...tensors].sort(
    ([nameA, a], [nameB, b]) => order.indexOf(a.dtype) - order.indexOf(b.dtype) || (nameA < nameB ? -1 : 1),
  );
  yield header(ordered, metadata);
  for (const [, { data }] of ordered) yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** A whole safetensors file in memory; arguments and errors as {@link safetensorsPieces}. */
export function serializeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const pieces = [...safetensorsPieces(tensors, metadata)];
  const file = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let position = 0;
  for (const piece of pieces) {
    file.set(piece, position);
    position += piece.length;
  }
  return file;
}

function header(
  ordered: readonly (readonly [string, Tensor])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  // Written entry by entry: an object would reorder names that are numbers and lose one that is "__proto__".
  const entries = Object.keys(metadata).length > 0 ? [`"__metadata__":${JSON.stringify(metadata)}`] : [];
  let position = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    const range = [position, position + data.byteLength];
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: range })}`);
    position += data.byteLength;
  }
  const json = new TextEncoder().encode(`{${entries.join(',')}}`);
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, 8);
  return bytes;
}

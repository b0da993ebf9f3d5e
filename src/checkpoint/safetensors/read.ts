import { PellucidError } from '../../errors.js';
import { bytesPerElement, type DataArrays, dataArrays, type Tensor, tensor } from '../../tensor/index.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import type { Weight } from '../weights.js';
import { sniffedBytes } from './file-kind.js';
import { dataStartOf, parseHeader, type SafetensorsHeader } from './header.js';

/** The largest piece that is read into memory at once: 2 GiB less one byte, which every JavaScript engine allows. */
const readBound = 2 ** 31 - 1;

/**
 * The header of one safetensors file of a checkpoint; its data is not read.
 * @throws PellucidError as {@link parseHeader}, and `not-found` when there is no such file.
 */
export async function readHeader(files: CheckpointFiles, name: string): Promise<SafetensorsHeader> {
  const size = await files.size(name);
  const first = await files.read(name, 0, Math.min(size, sniffedBytes));
  const bytes = await files.read(name, 0, dataStartOf(name, first, size));
  return parseHeader(name, bytes, size);
}

/**
 * The values of one weight, read into memory.
 * @throws PellucidError `unsupported` when it is larger than 2 GiB.
 */
export async function readWeightData(files: CheckpointFiles, weight: Weight): Promise<Tensor> {
  if (weight.length > readBound) {
    throw new PellucidError(
      'unsupported',
      `tensor "${weight.name}" of ${weight.file} is ${weight.length} bytes long, and at most 2 GiB are read at once`,
    );
  }
  return toTensor(weight, await files.read(weight.file, weight.offset, weight.offset + weight.length));
}

/**
 * All tensors of a whole safetensors file in memory. Their data is copied, so `bytes` may be dropped.
 * @param file name for messages
 * @throws PellucidError as {@link parseHeader}
 */
export function parseSafetensors(bytes: Uint8Array, file = 'the safetensors file'): Map<string, Tensor> {
  const { weights } = parseHeader(file, bytes);
  return new Map(
    [...weights].map(([name, weight]) => [
      name,
      toTensor(weight, bytes.subarray(weight.offset, weight.offset + weight.length)),
    ]),
  );
}

/** Copies, because a typed array must start at a multiple of its element size and the file's data need not. */
function toTensor({ dtype, shape, length }: Weight, bytes: Uint8Array): Tensor {
  const aligned = new Uint8Array(length);
  aligned.set(bytes);
  const data = new dataArrays[dtype](aligned.buffer, 0, length / bytesPerElement[dtype]);
  return tensor(dtype, shape, data as DataArrays[typeof dtype]);
}

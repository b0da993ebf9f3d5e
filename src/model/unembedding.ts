import { type Checkpoint, readWeight } from '../checkpoint/checkpoint.js';
import { PellucidError } from '../errors.js';
import type { Graph } from '../graph/index.js';
import { type Tensor, toFloat32 } from '../tensor/index.js';

/**
 * The matrix that the vocabulary is read from, F32 [token, width], found in the graph: it multiplies `unembed.hook_in`.
 * @throws PellucidError `unsupported` where there is none.
 */
export async function readUnembedding(checkpoint: Checkpoint, graph: Graph): Promise<Tensor<'F32'>> {
  const product = graph.nodes.find(
    ({ operator, inputs }) => operator === 'FusedMatMul' && inputs[0] === 'unembed.hook_in',
  );
  const read = product?.inputs[1] ?? '';
  const cast = graph.nodes.find(({ operator, outputs }) => operator === 'Cast' && outputs[0] === read);
  const name = cast?.inputs[0] ?? read;
  if (!graph.weights.has(name))
    throw new PellucidError('unsupported', `${checkpoint.files.id} has no matrix that makes its logits.`);
  const stored = await readWeight(checkpoint, name);
  return toFloat32(stored);
}

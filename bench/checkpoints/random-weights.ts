import { elementCount, type Tensor, tensor } from '../../src/tensor/index.js';
import { randomNumbers, seedOf } from './random.js';

/**
 * Large enough that attention is neither uniform nor one-hot at a width of 768, so that a wrong mask or scale would show
 * in the comparison with the peer.
 */
const standardDeviation = 0.05;

/** Room in which tensors of one size can lie at places of their own. */
const spare = 2 ** 20;

/**
 * Random weights by name and shape: gains (`….weight` of rank 1) around 1, all else uniform around 0.
 *
 * All tensors are windows on one array of noise, each at a place that its name decides, so that a checkpoint
 * takes no more memory to write than its largest tensor.
 */
export function randomWeights(shapes: ReadonlyMap<string, readonly number[]>): Map<string, Tensor> {
  const largest = Math.max(...[...shapes.values()].map(elementCount));
  const noise = new Float32Array(largest + spare);
  const random = randomNumbers(seedOf('noise'));
  const width = standardDeviation * Math.sqrt(12);
  for (let i = 0; i < noise.length; i++) noise[i] = (random() - 0.5) * width;

  return new Map(
    [...shapes].map(([name, shape]) => {
      const size = elementCount(shape);
      const start = seedOf(name) % (noise.length - size);
      const window = noise.subarray(start, start + size);
      const isGain = shape.length === 1 && name.endsWith('weight');
      return [name, tensor('F32', shape, isGain ? window.map((value) => 1 + value) : window)];
    }),
  );
}

import { encodeOnnx, GraphBuilder } from '../../src/graph/index.js';
import { type Tensor, tensor } from '../../src/tensor/index.js';

/** y = x · factor, for x of any length. */
export function scaling(factor: number): Uint8Array {
  const graph = new GraphBuilder();
  graph.hook('y', graph.apply('Mul', [graph.input('x', 'F32', ['length']), graph.scalar(factor)]));
  return encodeOnnx(graph.build(), String);
}

const side = 512;

/** Products of one matrix with itself, 0.27 billion operations each, so that it is still at work when asked. */
export function longWork(products = 100): Uint8Array {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'F32', [side, side]);
  let product = x;
  for (let i = 0; i < products; i++) product = graph.apply('MatMul', [product, x]);
  graph.hook('y', product);
  return encodeOnnx(graph.build(), String);
}

export function longInput(): Tensor {
  return tensor('F32', [side, side], new Float32Array(side * side));
}

export function vector(...values: number[]): Tensor<'F32'> {
  return tensor('F32', [values.length], Float32Array.from(values));
}

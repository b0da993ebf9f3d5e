import type { Operator } from '../../src/graph/index.js';
import {
  binary,
  cast,
  clip,
  erf,
  gelu,
  hardSwish,
  leakyRelu,
  mish,
  softplus,
  unary,
  where,
} from './elementwise.js';
import type { Kernel } from './kernel.js';
import { fusedMatMul, matMul } from './matrix.js';
import { gather, gatherNd, reshape, slice, split, transpose, unsqueeze } from './rearrange.js';
import { cumSum, layerNormalization, reduceMean, softmax } from './reduce.js';

/** What every operator means. The mapped type makes the compiler refuse an operator without a kernel. */
export const kernels: { readonly [O in Operator]: Kernel<O> } = {
  Add: binary((a, b) => a + b),
  And: binary((a, b) => (a && b ? 1 : 0)),
  Cast: cast,
  Clip: clip,
  CumSum: cumSum,
  Div: binary((a, b) => a / b),
  Equal: binary((a, b) => (a === b ? 1 : 0)),
  Erf: unary(erf),
  Exp: unary(Math.exp),
  FusedMatMul: fusedMatMul,
  Gather: gather,
  GatherND: gatherNd,
  Gelu: gelu,
  GreaterOrEqual: binary((a, b) => (a >= b ? 1 : 0)),
  HardSwish: hardSwish,
  Identity: unary((x) => x),
  LayerNormalization: layerNormalization,
  LeakyRelu: leakyRelu,
  MatMul: matMul,
  Mish: mish,
  Mul: binary((a, b) => a * b),
  Or: binary((a, b) => (a || b ? 1 : 0)),
  Reciprocal: unary((x) => 1 / x),
  ReduceMean: reduceMean,
  Relu: unary((x) => Math.max(x, 0)),
  Reshape: reshape,
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Slice: slice,
  Softmax: softmax,
  Softplus: softplus,
  Split: split,
  Sqrt: unary(Math.sqrt),
  Sub: binary((a, b) => a - b),
  Tanh: unary(Math.tanh),
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Where: where,
};

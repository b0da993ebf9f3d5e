import type { Operator } from '../operators.js';
import * as elementwise from './elementwise.js';
import * as indexing from './indexing.js';
import * as normalization from './normalization.js';
import * as products from './products.js';
import { notDifferentiable, type Rule } from './rule.js';
import * as shape from './shape.js';

/** The derivative of every operator. The mapped type makes the compiler refuse an operator without a rule. */
export const rules: { readonly [O in Operator]: Rule<O> } = {
  Add: elementwise.add,
  And: notDifferentiable('And'),
  ArgMax: notDifferentiable('ArgMax'),
  Cast: elementwise.cast,
  Clip: elementwise.clip,
  Concat: shape.concatenate,
  Cos: elementwise.cosine,
  CumSum: shape.cumulativeSum,
  Div: elementwise.divide,
  Equal: notDifferentiable('Equal'),
  Erf: elementwise.errorFunction,
  Exp: elementwise.exponential,
  FusedMatMul: products.fusedProduct,
  Gather: indexing.gather,
  GatherND: indexing.gatherElements,
  Gelu: elementwise.gelu,
  GreaterOrEqual: notDifferentiable('GreaterOrEqual'),
  HardSwish: elementwise.hardSwish,
  Identity: elementwise.identity,
  LayerNormalization: normalization.layerNormalization,
  LeakyRelu: elementwise.leakyRelu,
  Log: elementwise.logarithm,
  LogSoftmax: normalization.logSoftmax,
  MatMul: products.product,
  Max: elementwise.maximum,
  Mish: elementwise.mish,
  Mul: elementwise.multiply,
  Neg: elementwise.negate,
  Or: notDifferentiable('Or'),
  Reciprocal: elementwise.reciprocal,
  ReduceMax: notDifferentiable('ReduceMax'),
  ReduceMean: shape.mean,
  ReduceSum: shape.sum,
  Relu: elementwise.relu,
  Reshape: shape.reshape,
  Sigmoid: elementwise.sigmoid,
  Sin: elementwise.sine,
  Slice: indexing.slice,
  Softmax: normalization.softmax,
  Softplus: elementwise.softplus,
  Split: shape.split,
  Sqrt: elementwise.squareRoot,
  Squeeze: shape.squeeze,
  Sub: elementwise.subtract,
  Tanh: elementwise.hyperbolicTangent,
  Transpose: shape.transpose,
  Unsqueeze: shape.unsqueeze,
  Where: elementwise.where,
};

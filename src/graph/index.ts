export { GraphBuilder } from './builder.js';
export { type Cost, costOf } from './cost.js';
export { differentiate, gradientOf } from './differentiate.js';
export { editSite, withEditSites } from './edit-sites.js';
export { encodeOnnx } from './encode-onnx.js';
export { formatGraph } from './format.js';
export {
  cutAt,
  type ExternalData,
  type Graph,
  givenInput,
  type Node,
  restrictTo,
  type WeightValue,
} from './graph.js';
export { withScalesOnPath } from './norm-scales.js';
export type { Operator, OperatorAttributes } from './operators.js';
export {
  isQuantized,
  type Orientation,
  type QuantizedMatrix,
  quantizableMatrices,
  quantizedBlock,
  withQuantizedProducts,
} from './quantized-products.js';
export { withReadRows } from './read-rows.js';
export { type Rewriting, rewritten } from './rewrite.js';
export { type Choice, Selector } from './select.js';
export { type Dimension, formatShape, type Value, type ValueType } from './value.js';

export { GraphBuilder } from './builder.js';
export { differentiate, gradientOf } from './differentiate.js';
export { editSite, withEditSites } from './edit-sites.js';
export { encodeOnnx } from './encode-onnx.js';
export { formatGraph } from './format.js';
export { cutAt, type ExternalData, type Graph, givenInput, type Node, restrictTo } from './graph.js';
export { withScalesOnPath } from './norm-scales.js';
export type { Operator, OperatorAttributes } from './operators.js';
export { type Dimension, formatShape, type Value, type ValueType } from './value.js';

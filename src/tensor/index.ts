export { bytesPerElement, type DataArrays, type DataType, dataArrays, dataTypes } from './data-type.js';
export { bfloat16ToNumber, float16ToNumber, toFloat32 } from './half.js';
export { at, elementCount, type Tensor, tensor, zeros } from './tensor.js';
export type { Token } from './token.js';

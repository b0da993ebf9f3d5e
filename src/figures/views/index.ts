export type { Mask } from './mask.js';
export { type MatrixViewOptions, matrixView } from './matrix-view.js';
export { type ModelViewOptions, modelView } from './model-view.js';
export { type PackedAttention, packAttention } from './patterns.js';
export type { ColorScale } from './shades.js';
export type { Sink } from './sink.js';
export type { Focus, HeadPlace, Selection, View, ViewOptions } from './view.js';
export { chinese, english, type ViewWords } from './words.js';

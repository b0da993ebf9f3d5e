export {
  type AttentionMap,
  addMaps,
  attentionMap,
  joinPositions,
  multiplyMaps,
  normalizeRows,
  type Reduction,
  reduceMaps,
  reductions,
  rowOf,
} from './attention-map.js';
export { contributions } from './contributions.js';
export { AttentionFlow } from './flow.js';
export {
  commonDistance,
  type HeadMeasure,
  type HeadMeasures,
  headMeasures,
  headSimilarity,
  type MeasuredToken,
  measureHead,
  stripe,
} from './head-scores.js';
export {
  type CrossRelevance,
  crossRelevance,
  type EncoderDecoderWeights,
  encoderDecoderRelevance,
  positiveGradientWeights,
  relevance,
} from './relevance.js';
export { accumulate, type ResidualOptions, type RolloutOptions, rollout, withResidual } from './rollout.js';
export { HeadReduction, headMaps, layerMap, mapTensor, positiveLayerWeights } from './tensors.js';

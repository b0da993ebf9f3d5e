export { type Feature, type FeatureChoice, granularities, type Slot } from './feature.js';
export { type FeatureOptions, type FeatureSource, featuresOf } from './features.js';

export { type Feature, type FeatureChoice, granularities, type Slot } from './feature.js';
export { type FeatureOptions, type FeatureSource, featuresOf } from './features.js';
export {
  type FeatureStack,
  featuresOfStacks,
  type StackFeatureOptions,
  type StackSource,
  stacksOfFeatures,
} from './stack-features.js';

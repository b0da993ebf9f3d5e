import { gradientShap } from './gradient-shap.js';
import { inputXGradient } from './input-x-gradient.js';
import { integratedGradients } from './integrated-gradients.js';
import { layerIntegratedGradients } from './layer-integrated-gradients.js';
import type { MethodDefinition } from './method.js';
import { occlusion } from './occlusion.js';
import { saliency } from './saliency.js';
import { smoothGrad } from './smooth-grad.js';
import { varGrad } from './var-grad.js';

export type { Attributed, MethodDefinition, MethodFamily } from './method.js';

/** Every method, in alphabetical order. */
export const methods: readonly MethodDefinition[] = [
  gradientShap,
  inputXGradient,
  integratedGradients,
  layerIntegratedGradients,
  occlusion,
  saliency,
  smoothGrad,
  varGrad,
];

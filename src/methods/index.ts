import { alti } from './alti.js';
import { attentionFlow } from './attention-flow.js';
import { attentionRollout } from './attention-rollout.js';
import { exactShapley } from './exact-shapley.js';
import { gradientShap } from './gradient-shap.js';
import { gradientXAttention } from './gradient-x-attention.js';
import { inputXGradient } from './input-x-gradient.js';
import { integratedGradients } from './integrated-gradients.js';
import { kernelShap } from './kernel-shap.js';
import { layerIntegratedGradients } from './layer-integrated-gradients.js';
import { lime } from './lime.js';
import type { MethodDefinition } from './method.js';
import { normBasedAttention } from './norm-based-attention.js';
import { occlusion } from './occlusion.js';
import { partitionShap } from './partition-shap.js';
import { rawAttention } from './raw-attention.js';
import { saliency } from './saliency.js';
import { shapleySampling } from './shapley-sampling.js';
import { smoothGrad } from './smooth-grad.js';
import { valueZeroing } from './value-zeroing.js';
import { varGrad } from './var-grad.js';

export type { Attributed, MethodDefinition, MethodFamily, QuestionSize } from './method.js';

/** Every method, in alphabetical order. */
export const methods: readonly MethodDefinition[] = [
  alti,
  attentionFlow,
  attentionRollout,
  exactShapley,
  gradientShap,
  gradientXAttention,
  inputXGradient,
  integratedGradients,
  kernelShap,
  layerIntegratedGradients,
  lime,
  normBasedAttention,
  occlusion,
  partitionShap,
  rawAttention,
  saliency,
  shapleySampling,
  smoothGrad,
  valueZeroing,
  varGrad,
];

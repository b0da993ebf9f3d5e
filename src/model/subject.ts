import type { Checkpoint } from '../checkpoint/index.js';
import type { Subject } from '../explanations/index.js';
import type { Architecture } from './architecture.js';
import type { EncodedInput } from './model-input.js';
import type { Quantized } from './quantization/quantized-weights.js';

/** The parts of a model that its results speak of. */
interface SubjectParts {
  readonly checkpoint: Checkpoint;
  readonly architecture: Pick<Architecture, 'modelType'>;
  readonly quantized?: Quantized | undefined;
}

/** What a run is about: the checkpoint, the weights that were computed with, and the input. */
export function subjectOf(
  { checkpoint: { files, contentHash }, architecture, quantized }: SubjectParts,
  { text, pair, source }: Pick<EncodedInput, 'text' | 'pair' | 'source'>,
): Subject {
  return {
    model: files.id,
    architecture: architecture.modelType,
    contentHash: quantized ? `${contentHash} in 8 bits` : contentHash,
    text,
    pair,
    ...(source ? { targetText: source.targetText } : {}),
    ...(quantized?.precision ? { precision: quantized.precision } : {}),
  };
}

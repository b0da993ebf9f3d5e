import { PellucidError } from '../../errors.js';
import type { AlignedText } from './aligned-text.js';

export function precompiledNormalizer(_map: string): (text: AlignedText) => AlignedText {
  throw new PellucidError(
    'unsupported',
    'tokenizer.json has a Precompiled normalizer, which is not supported',
  );
}

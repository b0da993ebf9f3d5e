import type { Architecture } from '../architecture.js';
import { t5Classes, t5Stacks } from '../blocks/t5-stacks.js';

/** T5 and its successors (1.1, Flan-T5): encoder-decoder with biases of relative positions. */
export const t5: Architecture = {
  modelType: 't5',
  title: 'T5',
  paper: 'Raffel et al. 2020, https://arxiv.org/abs/1910.10683',
  classes: t5Classes('T5'),
  ...t5Stacks({
    vocabularySize: 32128,
    // T5 1.1 is not scaled: its first configs say so by untying the output, those saved again by a field of its own.
    scaled: (config) => config.flag('scale_decoder_outputs', config.flag('tie_word_embeddings', true)),
  }),
};

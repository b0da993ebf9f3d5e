import { sequentialBlock, testDecoder } from './decoder.js';

testDecoder(['opt-default', 'opt-bare']);
testDecoder(['opt-unusual'], {
  ...sequentialBlock,
  beforeMlp: (layer) => `blocks.${layer}.ln1.hook_normalized`,
  output: (layer) => `blocks.${layer}.hook_normalized_resid_post`,
});

import { sequentialBlock, testDecoder } from './decoder.js';

testDecoder(['bloom-default']);
testDecoder(['bloom-unusual'], {
  ...sequentialBlock,
  beforeAttention: (layer) => `blocks.${layer}.ln1.hook_normalized`,
  beforeMlp: (layer) => `blocks.${layer}.ln2.hook_normalized`,
});

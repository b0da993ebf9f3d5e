import { parallelBlock, testDecoder } from './decoder.js';

testDecoder(['gpt_neox-default', 'gpt_neox-f16'], parallelBlock);
testDecoder(['gpt_neox-unusual']);

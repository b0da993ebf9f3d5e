import { parallelBlock, testDecoder } from './decoder.js';

testDecoder(['phi-default', 'phi-unusual'], parallelBlock);

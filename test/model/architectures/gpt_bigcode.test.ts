import { testDecoder } from './decoder.js';

testDecoder(['gpt_bigcode-default', 'gpt_bigcode-unusual']);

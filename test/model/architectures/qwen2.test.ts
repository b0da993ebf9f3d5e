import { testDecoder } from './decoder.js';

testDecoder(['qwen2-default', 'qwen2-sequence-classification', 'qwen2-unusual']);

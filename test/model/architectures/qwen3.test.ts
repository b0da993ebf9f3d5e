import { testDecoder } from './decoder.js';

testDecoder(['qwen3-default', 'qwen3-unusual']);

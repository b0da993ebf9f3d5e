import { testDecoder } from './decoder.js';

testDecoder(['qwen3_moe-default', 'qwen3_moe-unusual']);

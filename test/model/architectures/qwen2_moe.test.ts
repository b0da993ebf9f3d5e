import { testDecoder } from './decoder.js';

testDecoder(['qwen2_moe-default', 'qwen2_moe-unusual']);

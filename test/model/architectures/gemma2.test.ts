import { testDecoder } from './decoder.js';

testDecoder(['gemma2-default', 'gemma2-uncapped', 'gemma2-unusual']);

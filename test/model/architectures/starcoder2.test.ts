import { testDecoder } from './decoder.js';

testDecoder(['starcoder2-default', 'starcoder2-unusual']);

import { testDecoder } from './decoder.js';

testDecoder(['olmo2-default', 'olmo2-unusual']);

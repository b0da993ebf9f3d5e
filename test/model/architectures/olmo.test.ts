import { testDecoder } from './decoder.js';

testDecoder(['olmo-default', 'olmo-unusual']);

import { testDecoder } from './decoder.js';

testDecoder(['granite-default', 'granite-unusual']);

import { testDecoder } from './decoder.js';

testDecoder(['mixtral-default', 'mixtral-unusual']);

import { testDecoder } from './decoder.js';

testDecoder(['seed_oss-default', 'seed_oss-unusual']);

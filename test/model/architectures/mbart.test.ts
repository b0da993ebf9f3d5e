import { testEncoderDecoder } from './encoder-decoder.js';

testEncoderDecoder(['mbart-default', 'mbart-unusual'], 'norms first');

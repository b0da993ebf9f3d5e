import { testEncoderDecoder } from './encoder-decoder.js';

testEncoderDecoder(['mt5-default', 'mt5-unusual'], 'norms first');

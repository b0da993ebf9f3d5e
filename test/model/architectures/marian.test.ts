import { testEncoderDecoder } from './encoder-decoder.js';

testEncoderDecoder(['marian-default', 'marian-unusual', 'marian-legacy-names'], 'norms last');

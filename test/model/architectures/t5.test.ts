import { testEncoderDecoder } from './encoder-decoder.js';

testEncoderDecoder(['t5-default', 't5-unusual', 't5-resaved', 't5-legacy-names'], 'norms first');

import { testEncoderDecoder } from './encoder-decoder.js';

testEncoderDecoder(['pegasus-default', 'pegasus-unusual', 'pegasus-legacy-names'], 'norms first');

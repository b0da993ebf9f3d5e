import { testEncoderDecoder } from './encoder-decoder.js';

testEncoderDecoder(['m2m_100-default', 'm2m_100-unusual'], 'norms first');

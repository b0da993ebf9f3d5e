import { testEncoderDecoder } from './encoder-decoder.js';

testEncoderDecoder(['bart-default', 'bart-unusual', 'bart-untied', 'bart-base-names'], 'norms last');

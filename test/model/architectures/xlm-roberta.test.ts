import { testEncoder } from './encoder.js';

testEncoder(['xlm-roberta-default', 'xlm-roberta-unusual']);

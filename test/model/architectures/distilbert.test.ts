import { testEncoder } from './encoder.js';

testEncoder(['distilbert-default', 'distilbert-unusual']);

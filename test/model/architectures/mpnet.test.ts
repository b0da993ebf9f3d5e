import { testEncoder } from './encoder.js';

testEncoder(['mpnet-default', 'mpnet-unusual']);

import { testEncoder } from './encoder.js';

testEncoder(['camembert-default', 'camembert-unusual']);

import { probability } from '../../src/targets/probability.js';
import { testAgainstReference } from './target-golden.js';

testAgainstReference(probability, ['gpt2-default', 'bert-multi-label']);

import { entropy } from '../../src/targets/entropy.js';
import { testAgainstReference } from './target-golden.js';

testAgainstReference(entropy, ['gpt2-default', 'bert-sequence-classification']);

import { crossEntropy } from '../../src/targets/cross-entropy.js';
import { testAgainstReference } from './target-golden.js';

testAgainstReference(crossEntropy, ['gpt2-default', 'bert-multi-label']);

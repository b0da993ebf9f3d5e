import { logit } from '../../src/targets/logit.js';
import { testAgainstReference } from './target-golden.js';

testAgainstReference(logit, ['gpt2-default', 'gpt2-sequence-classification', 'bert-token-classification']);

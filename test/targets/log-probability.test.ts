import { logProbability } from '../../src/targets/log-probability.js';
import { testAgainstReference } from './target-golden.js';

testAgainstReference(logProbability, ['gpt2-default', 'bert-multi-label']);

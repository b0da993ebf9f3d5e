import { classScore } from '../../src/targets/class.js';
import { testAgainstReference } from './target-golden.js';

testAgainstReference(classScore, ['bert-sequence-classification', 'bert-regression']);

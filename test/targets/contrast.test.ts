import { contrast } from '../../src/targets/contrast.js';
import { testAgainstReference } from './target-golden.js';

testAgainstReference(contrast, ['gpt2-default', 'bert-default']);

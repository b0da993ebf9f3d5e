import { test } from 'node:test';
import { sufficiency } from '../../src/metrics/sufficiency.js';
import { assertGolden } from './metric-golden.js';

test('sufficiency equals the reference', () => assertGolden(sufficiency));

import { test } from 'node:test';
import { monotonicity } from '../../src/metrics/monotonicity.js';
import { assertGolden } from './metric-golden.js';

test('monotonicity equals the reference', () => assertGolden(monotonicity));

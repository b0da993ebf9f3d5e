import { test } from 'node:test';
import { infidelity } from '../../src/metrics/infidelity.js';
import { assertGolden } from './metric-golden.js';

test('infidelity equals the reference', () => assertGolden(infidelity));

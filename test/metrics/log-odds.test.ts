import { test } from 'node:test';
import { logOdds } from '../../src/metrics/log-odds.js';
import { assertGolden } from './metric-golden.js';

test('log-odds equals the reference', () => assertGolden(logOdds));

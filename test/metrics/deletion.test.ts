import { test } from 'node:test';
import { deletion } from '../../src/metrics/deletion.js';
import { assertGolden } from './metric-golden.js';

test('deletion equals the reference', () => assertGolden(deletion));

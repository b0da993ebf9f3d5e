import { test } from 'node:test';
import { insertion } from '../../src/metrics/insertion.js';
import { assertGolden } from './metric-golden.js';

test('insertion equals the reference', () => assertGolden(insertion));

import { test } from 'node:test';
import { comprehensiveness } from '../../src/metrics/comprehensiveness.js';
import { assertGolden } from './metric-golden.js';

test('comprehensiveness equals the reference', () => assertGolden(comprehensiveness));

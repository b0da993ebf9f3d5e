import { test } from 'node:test';
import { decisionFlip } from '../../src/metrics/decision-flip.js';
import { assertGolden } from './metric-golden.js';

test('decision-flip equals the reference', () => assertGolden(decisionFlip));

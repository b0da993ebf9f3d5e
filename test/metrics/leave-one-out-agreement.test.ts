import { test } from 'node:test';
import { leaveOneOutAgreement } from '../../src/metrics/leave-one-out-agreement.js';
import { assertGolden } from './metric-golden.js';

test('leave-one-out-agreement equals the reference', () => assertGolden(leaveOneOutAgreement));

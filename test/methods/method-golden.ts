import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { type Attribution, explain, parseTarget } from '../../src/index.js';
import type { Removal } from '../../src/question/index.js';
import { fixturesFolder } from '../model/golden.js';
import { openFixture } from '../model/open-fixture.js';
import { referenceTolerance } from '../tolerances.js';

/** A question to a method and what the reference answers; `fixtures/methods.py` describes the fields. */
export interface MethodCase {
  readonly checkpoint: string;
  readonly tokenIds: readonly number[];
  readonly target: string;
  readonly position: number | null;
  readonly removal: Removal;
  readonly options: Readonly<Record<string, unknown>>;
  readonly positions: readonly number[];
  readonly scores: readonly number[];
  /** Of the reference's own sampling. */
  readonly standardError?: readonly number[];
  readonly value: number;
}

/** The cases of a method. */
export function methodCases(method: string): readonly MethodCase[] {
  const path = new URL(`methods/${method}.json`, fixturesFolder);
  return (JSON.parse(readFileSync(path, 'utf8')) as { cases: MethodCase[] }).cases;
}

/** Pellucid's answer to a case. `options` are added to the case's own. */
export async function answerCase(
  method: string,
  golden: MethodCase,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Attribution> {
  const { checkpoint, tokenIds, target, position, removal } = golden;
  await using model = await openFixture(checkpoint);
  return explain(
    model,
    { tokenIds },
    {
      ...{ method, options: { ...golden.options, ...options }, removal },
      target: parseTarget(target, { position: position ?? undefined }),
    },
  );
}

/** Tests that a method which samples nothing gives the reference's scores for all of its cases. */
export function testReference(
  method: string,
  tolerance: number = referenceTolerance,
  cases: readonly MethodCase[] = methodCases(method),
): void {
  suite(`${method} equals the reference`, () => {
    for (const [i, golden] of cases.entries()) {
      test(`${golden.checkpoint}, case ${i + 1}`, async () => {
        const found = await answerCase(method, golden);
        assert.deepEqual(
          found.features.map((feature) => feature.positions[0]),
          golden.positions,
        );
        assertClose([found.target.value], [golden.value], tolerance, 'target');
        assertClose(found.values.data, golden.scores, tolerance, 'scores');
      });
    }
  });
}

/** Asserts that two lists differ nowhere by more than `tolerance`. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, what);
  const wrong = Array.from(expected).findIndex((value, i) => !(Math.abs(actual[i]! - value) <= tolerance));
  assert.ok(wrong < 0, `${what} ${wrong}: ${actual[wrong]} is not ${expected[wrong]} ± ${tolerance}`);
}

/** Differences above so many standard errors do not happen by chance: 1 in 10⁶. */
const deviations = 5;

/** Tests that a method which samples gives the reference's scores, but for the standard errors of both. */
export function testSampledReference(method: string): void {
  suite(`${method} equals the reference but for chance`, () => {
    for (const [i, golden] of methodCases(method).entries()) {
      test(`${golden.checkpoint}, case ${i + 1}`, async () => {
        const found = await answerCase(method, golden);
        const own = found.standardError!.data;
        const bounds = golden.scores.map(
          (_, j) => deviations * Math.hypot(own[j]!, golden.standardError![j]!) + referenceTolerance,
        );
        for (const [j, score] of golden.scores.entries())
          assertClose([found.values.data[j]!], [score], bounds[j]!, `score ${j}`);
        // Bounds wider than the scores would let every mistake pass.
        const largest = Math.max(...golden.scores.map(Math.abs));
        assert.ok(Math.min(...bounds) < largest / 4, `${bounds} around ${golden.scores}`);
      });
    }
  });
}

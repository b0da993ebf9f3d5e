import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Game, MetricContext, MetricDefinition } from '../../src/metrics/metric.js';

interface MetricGolden {
  readonly cases: readonly {
    readonly size: number;
    /** The target of each coalition, at the index whose bit i is 1 where feature i is present. */
    readonly game: readonly number[];
    readonly scores: readonly (readonly number[])[];
    readonly values: readonly number[];
  }[];
}

/** A game that is a table. */
export function tableGame(size: number, table: readonly number[]): Game {
  return {
    size,
    values: async (coalitions) =>
      Float64Array.from(coalitions, (coalition) => {
        const index = coalition.reduce((sum, present, i) => sum + present * 2 ** i, 0);
        return table[index]!;
      }),
  };
}

/** Holds a metric against the reference on random games, all lists of scores at once and each alone. */
export async function assertGolden(metric: MetricDefinition): Promise<void> {
  const file = new URL(`../../../fixtures/metrics/${metric.name}.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as MetricGolden;
  for (const { size, game, scores, values } of cases) {
    const table = tableGame(size, game);
    const context: MetricContext = { game: table, logProbability: table, margin: table };
    const together = await metric.measure(scores, context);
    for (const [i, expected] of values.entries()) {
      const [alone] = await metric.measure([scores[i]!], context);
      assert.ok(Math.abs(together[i]!.value - expected) < 1e-9, `${together[i]!.value} is not ${expected}`);
      assert.equal(alone!.value, together[i]!.value);
    }
  }
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Lens } from '../../src/index.js';
import { fixturesFolder } from '../model/golden.js';

/** What the reference makes of an input; `fixtures/residual_stream.py` describes the fields. */
export interface LensCase {
  readonly checkpoint: string;
  readonly tokenIds: readonly number[];
  /** [layer, position, token] of the last three positions. */
  readonly probabilities: readonly number[];
}

/** The cases of a reading of the residual stream. */
export function readingCases<T>(reading: string): readonly T[] {
  const path = new URL(`residual-stream/${reading}.json`, fixturesFolder);
  return (JSON.parse(readFileSync(path, 'utf8')) as { cases: T[] }).cases;
}

/** Six decimals in the file, and what float32 differs by. */
const tolerance = 1e-5;

/** Holds a lens that kept the whole vocabulary against the reference. */
export function assertLens(found: Lens, { probabilities }: LensCase): void {
  const [layers, positions, size] = found.values.shape as [number, number, number];
  const kept = 3;
  assert.equal(probabilities.length, layers * kept * size);
  for (let layer = 0; layer < layers; layer++)
    for (let i = 0; i < kept; i++)
      for (let rank = 0; rank < size; rank++) {
        const at = (layer * positions + positions - kept + i) * size + rank;
        const expected = probabilities[(layer * kept + i) * size + found.ids[at]!]!;
        const own = found.values.data[at]!;
        assert.ok(Math.abs(own - expected) <= tolerance, `layer ${layer}, ${i}: ${own} is not ${expected}`);
      }
}

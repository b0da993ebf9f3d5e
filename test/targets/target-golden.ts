import assert from 'node:assert/strict';
import { sliceRow } from '../../src/model/batch.js';
import type { TargetDefinition } from '../../src/model/index.js';
import { assertAllClose } from '../allclose.js';
import { gradientGoldens, inputsOf, loadFixture, paddedCase } from '../model/gradient-golden.js';
import { referenceTolerance } from '../tolerances.js';

/** Holds value and gradient of a target against the reference, for one checkpoint. */
export async function assertReference(definition: TargetDefinition, name: string): Promise<void> {
  await using model = await loadFixture(name);
  const golden = paddedCase(name);
  const goldens = gradientGoldens(`targets/${definition.name}.safetensors`, name);
  const ids = goldens.get('target.ids')!;
  const position = model.task === 'sequence-classification' ? undefined : -1;
  const { takes } = definition;
  const targets = golden.input_ids.map((_, row) => ({
    definition,
    answers: Array.from(ids.data.subarray(row * takes, (row + 1) * takes), Number),
    position,
  }));
  const runs = await model.runBatch(inputsOf(golden), {
    capture: [],
    padding: golden.padding,
    gradient: { target: targets, of: 'hook_embed' },
  });
  for (const [row, run] of runs.entries()) {
    const value = Number(goldens.get('target.value')!.data[row]);
    assert.ok(
      Math.abs(run.target.value - value) <= referenceTolerance,
      `${run.target.value} is not ${value}`,
    );
    const { length } = run.tokens;
    const start = golden.padding === 'left' ? golden.input_ids[row]!.length - length : 0;
    const type = { dtype: 'F32', shape: ['batch', 'position', 'feature'] } as const;
    const expected = sliceRow(goldens.get('hook_embed')!, type, row, { start, length });
    assertAllClose(run.gradient('hook_embed'), expected, referenceTolerance, `row ${row}`);
  }
}

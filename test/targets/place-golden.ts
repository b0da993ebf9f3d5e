import { logSoftmax } from '../../src/model/candidates.js';
import type { Model, ModelInput, TargetDefinition } from '../../src/model/index.js';
import type { Tensor } from '../../src/tensor/index.js';
import { assertAllClose } from '../allclose.js';
import { assertClose } from '../methods/method-golden.js';
import { goldenCases } from '../model/golden.js';
import { gradientGoldens, loadFixture } from '../model/gradient-golden.js';
import { referenceTolerance } from '../tolerances.js';

/** What `fixtures/target_places.py` has for a target and a checkpoint. */
export function placeGolden(target: string, checkpoint: string): ReadonlyMap<string, Tensor> {
  return gradientGoldens(`targets/${target}.safetensors`, checkpoint);
}

/** Whole numbers of a golden. */
export function numbersOf(tensor: Tensor | undefined): number[] {
  return Array.from(tensor?.data ?? [], Number);
}

/** Holds value and gradient of a target that reads several places, or a place in the text, against the reference. */
export async function assertPlaces(definition: TargetDefinition, checkpoint: string): Promise<void> {
  await using model = await loadFixture(checkpoint);
  const golden = placeGolden(definition.name, checkpoint);
  const tokenIds = numbersOf(golden.get('input'));
  const ids = numbersOf(golden.get('answers'));
  const { takes } = definition;
  const count = ids.length / takes;
  const places = Array.from({ length: count }, (_, i) => ({
    position: tokenIds.length - count + i,
    answers: ids.slice(i * takes, (i + 1) * takes),
  }));
  const target = definition.needs === 'spans' ? { answers: ids } : { answers: [], places };
  const input = definition.needs === 'spans' ? await pairOf(model, checkpoint) : { tokenIds };
  // Beside a longer row, for padding must not be read.
  const longer = definition.needs === 'spans' ? input : { tokenIds: [...tokenIds, ...tokenIds] };
  for (const padding of ['left', 'right'] as const) {
    const [run] = await model.runBatch([input, longer], {
      ...{ capture: [], padding },
      gradient: {
        target: [
          { definition, ...target },
          { definition, ...target },
        ],
        of: 'hook_embed',
      },
    });
    assertClose(
      [run!.target.value],
      [Number(golden.get('target.value')!.data[0])],
      referenceTolerance,
      'value',
    );
    assertAllClose(run!.gradient('hook_embed'), golden.get('hook_embed')!, referenceTolerance, padding);
  }
}

/** The pair of texts of a checkpoint's goldens. */
async function pairOf({ tokenizer }: Model, checkpoint: string): Promise<ModelInput> {
  const { texts, pairs } = goldenCases(checkpoint).find(({ name }) => name === 'pair')!;
  return { tokens: tokenizer.encode(texts![0]!, { pair: pairs![0]! }) };
}

/** Holds a comparison with another run against the reference. */
export async function assertComparison(definition: TargetDefinition, checkpoint: string): Promise<void> {
  await using model = await loadFixture(checkpoint);
  const golden = placeGolden(definition.name, checkpoint);
  const other = await model.run({ tokenIds: numbersOf(golden.get('reference')) }, { capture: 'logits' });
  const position =
    model.task === 'causal-lm' ? other.tokens.length - 1 : other.tokens.findIndex(({ id }) => id === 4);
  const { data, shape } = other.activation('logits');
  const size = shape.at(-1)!;
  const row = model.task === 'sequence-classification' ? 0 : position;
  const reference = Float32Array.from(
    logSoftmax((data as Float32Array).subarray(row * size, (row + 1) * size)),
  );
  const run = await model.run(
    { tokenIds: numbersOf(golden.get('input')) },
    { capture: [], gradient: { target: { definition, answers: [], reference }, of: 'hook_embed' } },
  );
  assertClose([run.target.value], [Number(golden.get('target.value')!.data[0])], referenceTolerance, 'value');
  assertAllClose(run.gradient('hook_embed'), golden.get('hook_embed')!, referenceTolerance, checkpoint);
}

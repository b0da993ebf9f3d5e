import { PellucidError } from '../errors.js';
import type { Tensor } from '../tensor/index.js';
import { tensor } from '../tensor/index.js';
import type { HookEdit } from './edit-feeds.js';
import { hookAxes, matchHooks } from './hooks.js';
import type { ModelInput } from './model-input.js';

/** The ways to change a value at a hook point. */
export const edits = ['zero', 'mean', 'replace', 'add', 'scale', 'freeze'] as const;

/**
 * A change inside the model, as plain data: it can be stored with a result, sent, hashed, and undone by leaving it
 * away. The value at `hook`, on the given heads and positions (all by default), is
 *
 * - `zero`: set to 0;
 * - `mean`: set to its mean over the `reference` inputs, or over the positions of this input where there are none;
 * - `replace`: set to `value`, or to what it is in a run of the input `from` (a patch);
 * - `add`: increased by `value`, or by what it is in a run of `from`;
 * - `scale`: multiplied by the number `value`;
 * - `freeze`: held at what it is in this input's own clean run, whatever the other edits do before it.
 *
 * A position of an attention pattern or score is a destination.
 */
export interface Intervention {
  /** Name or glob of hook points. */
  readonly hook: string;
  /** Heads counted from 0. */
  readonly heads?: readonly number[];
  /** Positions counted from 0, negative ones from the end. */
  readonly positions?: readonly number[];
  readonly edit: (typeof edits)[number];
  /** A number, a vector along the last axis, or a tensor that fits the chosen cells. */
  readonly value?: number | readonly number[] | Tensor<'F32'>;
  /** The input whose run gives the value of `replace` or `add`. */
  readonly from?: ModelInput;
  /** The inputs whose mean `mean` takes. */
  readonly reference?: readonly ModelInput[];
  /** What `mean` averages over: the reference inputs (of equal length), their positions, or both (the default). */
  readonly over?: 'batch' | 'positions' | 'both';
}

/** Gives the clean values of hook points for inputs: how an intervention gets what it does not carry itself. */
export type CleanValues = (
  inputs: readonly ModelInput[],
  hooks: readonly string[],
) => Promise<Map<string, Tensor>[]>;

/**
 * Interventions with their hook points named and their numbers known.
 * @param input the input that is run
 * @throws PellucidError `not-found` for an unknown hook point, `bad-input` for a value that is missing or does not fit.
 */
export async function resolveInterventions(
  interventions: readonly Intervention[],
  input: ModelInput,
  hooks: readonly string[],
  clean: CleanValues,
): Promise<HookEdit[]> {
  const resolved: HookEdit[] = [];
  for (const intervention of interventions) {
    const names = matchHooks([intervention.hook], hooks);
    const values = await addedValues(intervention, input, names, clean);
    for (const [i, hook] of names.entries()) {
      const { heads, positions, edit } = intervention;
      const keep = edit === 'add' ? 1 : edit === 'scale' ? numberOf(intervention) : 0;
      resolved.push({ hook, heads, positions, keep, add: values[i]! });
    }
  }
  return resolved;
}

/** What is added at each of the named hook points. */
async function addedValues(
  intervention: Intervention,
  input: ModelInput,
  names: readonly string[],
  clean: CleanValues,
): Promise<(number | Tensor<'F32'>)[]> {
  const { edit, from, value } = intervention;
  switch (edit) {
    case 'zero':
    case 'scale':
      return names.map(() => 0);
    case 'freeze':
      return valuesOf((await clean([input], names))[0]!, names);
    case 'mean': {
      const { reference, over = 'both' } = intervention;
      const runs = await clean(reference ?? [input], names);
      return names.map((name) =>
        meanOf(
          runs.map((run) => run.get(name) as Tensor<'F32'>),
          name,
          reference ? over : 'positions',
        ),
      );
    }
    case 'replace':
    case 'add': {
      if (from !== undefined) return valuesOf((await clean([from], names))[0]!, names);
      if (value === undefined) {
        throw new PellucidError(
          'bad-input',
          `The edit "${edit}" of ${intervention.hook} needs a value, or an input to take it from (from).`,
        );
      }
      if (typeof value === 'number') return names.map(() => finite(value, intervention));
      const given = 'data' in value ? value : tensor('F32', [value.length], Float32Array.from(value));
      return names.map(() => given);
    }
    default:
      throw new PellucidError(
        'bad-input',
        `There is no edit "${String(edit)}"; there are ${edits.join(', ')}.`,
      );
  }
}

function valuesOf(run: ReadonlyMap<string, Tensor>, names: readonly string[]): Tensor<'F32'>[] {
  return names.map((name) => run.get(name) as Tensor<'F32'>);
}

function numberOf(intervention: Intervention): number {
  if (typeof intervention.value === 'number') return finite(intervention.value, intervention);
  throw new PellucidError(
    'bad-input',
    `The edit "scale" of ${intervention.hook} needs a number as its value.`,
  );
}

function finite(value: number, { hook, edit }: Intervention): number {
  if (Number.isFinite(value)) return value;
  throw new PellucidError('bad-input', `The edit "${edit}" of ${hook} needs a finite value, not ${value}.`);
}

/** The mean of a hook point's values; axes that are averaged over keep the length 1. */
function meanOf(
  runs: readonly Tensor<'F32'>[],
  hook: string,
  over: 'batch' | 'positions' | 'both',
): Tensor<'F32'> {
  const first = runs[0]!;
  const axis = hookAxes(hook, first.shape.length).indexOf('position');
  if (axis < 0 && over !== 'batch') {
    throw new PellucidError(
      'bad-input',
      `${hook} has no positions to average over: use over "batch", with reference inputs of equal length.`,
    );
  }
  if (over === 'batch' && runs.some((run) => run.shape.some((size, i) => size !== first.shape[i]))) {
    throw new PellucidError(
      'bad-input',
      `The mean of ${hook} over the reference inputs needs inputs with equally many tokens; use over "both".`,
    );
  }
  const shape = over === 'batch' ? first.shape : first.shape.map((size, i) => (i === axis ? 1 : size));
  const size = shape.reduce((a, b) => a * b, 1);
  const sums = new Float64Array(size);
  let count = 0;
  for (const { data } of runs) {
    // Position is the first axis of every hook point that has one, so its slices lie one after the other.
    for (let i = 0; i < data.length; i++) sums[i % size]! += data[i]!;
    count += data.length / size;
  }
  return tensor(
    'F32',
    shape,
    Float32Array.from(sums, (sum) => sum / count),
  );
}

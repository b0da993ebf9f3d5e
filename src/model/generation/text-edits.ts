import { PellucidError } from '../../errors.js';
import type { Graph } from '../../graph/index.js';
import { elementCount, type Tensor, tensor } from '../../tensor/index.js';
import type { HookEdit } from '../edit-feeds.js';
import { hookAxes } from '../hooks.js';
import { type CleanValues, type Intervention, resolveInterventions } from '../interventions.js';
import type { ModelInput } from '../model-input.js';
import { isReadOnce } from '../stacks.js';

/** An edit of a text that grows: its positions are counted from the start of the prompt and may not be reached yet. */
export interface TextEdit extends HookEdit {
  /** Along which axis of a value tensor its positions lie, and which entry belongs to each edited position. */
  readonly entries: { readonly axis: number; readonly of: readonly number[] } | undefined;
}

/** What a text is when its edits are settled. */
export interface EditedText {
  readonly input: ModelInput;
  readonly promptLength: number;
  readonly contextLength: number;
}

/**
 * Interventions on a text that is being generated. Without positions they reach every token, those to come among them;
 * positions are counted from the start of the prompt, negative ones from its end. Those of an encoder's hook points are its
 * own.
 * @throws PellucidError as {@link resolveInterventions}; `bad-input` where an edit would need the whole text: a mean over
 * its own positions, or a value for each position that does not say which.
 */
export async function textEdits(
  interventions: readonly Intervention[],
  text: EditedText,
  graph: Graph,
  clean: CleanValues,
): Promise<TextEdit[]> {
  const settled: TextEdit[] = [];
  for (const intervention of interventions) {
    const { edit, from, reference, over } = intervention;
    const refuse = (hook: string, reason: string): never => {
      throw new PellucidError('bad-input', `The edit "${edit}" of ${hook} ${reason}.`);
    };
    if (edit === 'mean' && !reference)
      refuse(intervention.hook, 'needs reference inputs here: the text is not known before it is generated');
    const ofRun = edit === 'freeze' || from !== undefined || (edit === 'mean' && over === 'batch');
    for (const resolved of await resolveInterventions([intervention], text.input, graph.hooks, clean)) {
      const { hook, heads, keep } = resolved;
      // What an encoder reads is known as a whole.
      if (isReadOnce(graph, hook)) {
        settled.push({ ...resolved, entries: undefined });
        continue;
      }
      const positions = intervention.positions?.map((position) => placeOf(position, hook, text));
      const add = asNumber(resolved.add);
      const base = { hook, heads, positions, keep, add };
      if (typeof add === 'number') {
        settled.push({ ...base, entries: undefined });
        continue;
      }
      const axes = hookAxes(hook, graph.values.get(hook)!.shape.length - 1);
      if (axes.includes('source'))
        refuse(hook, 'takes one number here, since its sources grow with the text');
      const axis = axes.indexOf('position') - axes.length + add.shape.length;
      const known = axis < 0 ? 1 : add.shape[axis]!;
      if (known === 1) {
        settled.push({ ...base, entries: undefined });
        continue;
      }
      if (!positions)
        return refuse(hook, `has a value for ${known} positions and reaches all that come: name positions`);
      const beyond = positions.find((position) => position >= known);
      if (ofRun && beyond !== undefined)
        refuse(hook, `takes its value from ${known} tokens, and position ${beyond} lies behind them`);
      if (!ofRun && known !== positions.length)
        refuse(hook, `has a value for ${known} positions, and ${positions.length} are named`);
      settled.push({ ...base, entries: { axis, of: ofRun ? positions : positions.map((_, i) => i) } });
    }
  }
  return settled;
}

/** The edits of a step that reads the positions [start, start + count), counted from its own first one. */
export function editsOfStep(edits: readonly TextEdit[], start: number, count: number): HookEdit[] {
  return edits.flatMap((edit) => {
    const { hook, heads, positions, keep, add, entries } = edit;
    if (!positions) return [{ hook, heads, keep, add }];
    const here = [...positions.keys()].filter((i) => positions[i]! >= start && positions[i]! < start + count);
    if (here.length === 0) return [];
    const part =
      entries && typeof add !== 'number'
        ? taken(
            add,
            entries.axis,
            here.map((i) => entries.of[i]!),
          )
        : add;
    return [{ hook, heads, positions: here.map((i) => positions[i]! - start), keep, add: part }];
  });
}

function placeOf(position: number, hook: string, { promptLength, contextLength }: EditedText): number {
  const place = position < 0 ? position + promptLength : position;
  if (Number.isInteger(place) && place >= 0 && place < contextLength) return place;
  throw new PellucidError(
    'bad-input',
    `Position ${position} of ${hook} is not one of the ${contextLength} that the model can read, counted from 0; negative ones are counted from the end of the prompt, which has ${promptLength}.`,
  );
}

function asNumber(value: number | Tensor<'F32'>): number | Tensor<'F32'> {
  return typeof value !== 'number' && elementCount(value.shape) === 1 ? value.data[0]! : value;
}

function taken({ shape, data }: Tensor<'F32'>, axis: number, places: readonly number[]): Tensor<'F32'> {
  const inner = elementCount(shape.slice(axis + 1));
  const outer = elementCount(shape.slice(0, axis));
  const result = new Float32Array(outer * places.length * inner);
  for (let row = 0; row < outer; row++) {
    for (const [i, place] of places.entries()) {
      const from = (row * shape[axis]! + place) * inner;
      result.set(data.subarray(from, from + inner), (row * places.length + i) * inner);
    }
  }
  return tensor('F32', shape.with(axis, places.length), result);
}

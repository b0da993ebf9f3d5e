import { PellucidError } from '../errors.js';
import { editSite, formatShape, type Graph, type ValueType } from '../graph/index.js';
import { elementCount, type Tensor, tensor, zeros } from '../tensor/index.js';
import { type Place, placeOn } from './batch.js';
import { hookAxes } from './hooks.js';
import { isOptionalHook } from './optional-hooks.js';

/** One edit of one hook point with its numbers known: on the chosen cells, x becomes x · keep + add. */
export interface HookEdit {
  readonly hook: string;
  /** Heads counted from 0; all if left out. */
  readonly heads?: readonly number[] | undefined;
  /** Positions of the row's own tokens (destinations, of attention), counted from 0; all if left out. */
  readonly positions?: readonly number[] | undefined;
  readonly keep: number;
  /**
   * A number, or a value whose axes are those of the activation, counted from the last; an axis is 1, whole, or as long
   * as the heads or positions chosen.
   */
  readonly add: number | Tensor<'F32'>;
}

/** Where the tokens of a row stand in a batch, and what is edited there. */
export interface EditedRow extends Place {
  readonly edits: readonly HookEdit[];
}

/**
 * The feeds of a hook point's edit site, for a batch whose axes `position` and `source` (while a text is generated
 * `past + position` too, which has no padding) are as wide as `widths` says. Where no row edits it they keep it.
 * @throws PellucidError `bad-input` for a head or position that does not exist, a value that does not fit, or two edits
 * that both replace the same cell.
 */
export function editFeeds(
  hook: string,
  type: ValueType,
  widths: Readonly<Record<string, number | undefined>>,
  rows: readonly EditedRow[],
): Record<string, Tensor> {
  const site = editSite(hook);
  if (!rows.some(({ edits }) => edits.some((edit) => edit.hook === hook))) {
    const ones = type.shape.map(() => 1);
    return { [site.keep]: tensor('F32', ones, Float32Array.of(1)), [site.delta]: zeros('F32', ones) };
  }
  const shape = type.shape.slice(1).map((size) => (typeof size === 'number' ? size : widths[size]!));
  const outer = shape.slice(0, -1);
  // One number serves a whole last axis, unless that axis has padding, which no edit may reach.
  const padded = rows.some(
    (row) => (placeOn(type.shape.at(-1), row)?.length ?? shape.at(-1)!) < shape.at(-1)!,
  );
  const whole = rows.some(({ edits }) =>
    edits.some(
      (edit) =>
        edit.hook === hook &&
        (typeof edit.add !== 'number' || (padded && (edit.add !== 0 || inPadding(edit) !== 0))),
    ),
  );
  const keep = tensor(
    'F32',
    [rows.length, ...outer, 1],
    new Float32Array(rows.length * elementCount(outer)).fill(1),
  );
  const delta = zeros('F32', [rows.length, ...outer, whole ? shape.at(-1)! : 1]);
  for (const [index, row] of rows.entries()) {
    const replaced = new Set<number>();
    for (const edit of row.edits) {
      if (edit.hook === hook) applyEdit(edit, type, row, index, { keep, delta, sizes: shape, replaced });
    }
  }
  return { [site.keep]: keep, [site.delta]: delta };
}

/** What an edit puts where an axis is padded: a score that replaces another leaves padding masked. */
function inPadding({ hook, keep }: HookEdit): number {
  return keep === 0 && hook.endsWith('hook_attn_scores') ? Number.NEGATIVE_INFINITY : 0;
}

interface Target {
  readonly keep: Tensor<'F32'>;
  readonly delta: Tensor<'F32'>;
  /** How long the axes of the activation are, padding included, the batch axis left out. */
  readonly sizes: readonly number[];
  /** Cells of this row that an earlier edit has replaced. */
  readonly replaced: Set<number>;
}

function applyEdit(edit: HookEdit, type: ValueType, row: EditedRow, index: number, target: Target): void {
  const { keep, delta, sizes, replaced } = target;
  const axes = hookAxes(edit.hook, type.shape.length - 1);
  const outer = keep.shape.slice(1, -1);
  const depth = delta.shape.at(-1)!;
  const placeOf = (axis: number) => placeOn(type.shape[axis + 1], row);
  const lengths = axes.map((_, axis) => placeOf(axis)?.length ?? sizes[axis]!);
  const chosen = chosenIndices(edit, axes, lengths).slice(0, -1);
  const read = reader(edit, lengths, chosen);
  const lastStart = placeOf(axes.length - 1)?.start ?? 0;

  for (const place of product(chosen.map((indices) => indices.length))) {
    let cell = index;
    for (const [axis, at] of place.entries()) {
      cell = cell * outer[axis]! + chosen[axis]![at]! + (placeOf(axis)?.start ?? 0);
    }
    if (edit.keep === 0 && replaced.has(cell)) {
      throw new PellucidError(
        'bad-input',
        `Two edits of ${edit.hook} replace the same value: give one of them other heads or positions.`,
      );
    }
    if (edit.keep === 0) replaced.add(cell);
    keep.data[cell]! *= edit.keep;
    for (let i = 0; i < depth; i++) {
      const inside = depth === 1 ? 0 : i - lastStart;
      const add = inside >= 0 && inside < lengths.at(-1)! ? read(place, inside) : inPadding(edit);
      delta.data[cell * depth + i] = delta.data[cell * depth + i]! * edit.keep + add;
    }
  }
}

/**
 * The hook points at which a graph takes edits so that it serves edits of others too: those that an edited one has in
 * every layer. Not where that would cost time (patterns and scores) or compute the layer in another way.
 */
export function editSitesFor(edited: readonly string[], graph: Graph): string[] {
  const sites = new Set(edited);
  for (const hook of edited) {
    const { dtype, shape } = graph.values.get(hook)!;
    const alike = /^(.*blocks\.)\d+(\..+)$/.exec(hook);
    const costly = hookAxes(hook, shape.length - 1).includes('source') || hook.endsWith('hook_scale');
    if (!alike || costly || dtype !== 'F32' || isOptionalHook(hook) || hook.includes('expert')) continue;
    const [, before, behind] = alike as unknown as [string, string, string];
    for (const name of graph.hooks) {
      const inside = name.startsWith(before) && name.endsWith(behind);
      if (inside && /^\d+$/.test(name.slice(before.length, -behind.length))) sites.add(name);
    }
  }
  return [...sites].sort();
}

/** The indices along each axis that an edit touches. */
function chosenIndices(edit: HookEdit, axes: readonly string[], lengths: readonly number[]): number[][] {
  const has = (...names: string[]) =>
    axes.some((name, axis) => names.includes(name) && axis < axes.length - 1);
  if (edit.heads && !has('head')) {
    throw new PellucidError('bad-input', `${edit.hook} has no heads: its axes are ${axes.join(', ')}.`);
  }
  if (edit.positions && !has('position', 'destination')) {
    throw new PellucidError('bad-input', `${edit.hook} has no positions: its axes are ${axes.join(', ')}.`);
  }
  return axes.map((name, axis) => {
    const wanted =
      name === 'head'
        ? edit.heads
        : name === 'position' || name === 'destination'
          ? edit.positions
          : undefined;
    const length = lengths[axis]!;
    return (wanted ?? Array.from({ length }, (_, i) => i)).map((given) => {
      const found = given < 0 ? given + length : given;
      if (Number.isInteger(found) && found >= 0 && found < length) return found;
      const what = name === 'head' ? 'Head' : 'Position';
      throw new PellucidError(
        'bad-input',
        `${what} ${given} of ${edit.hook} does not exist: there are ${length}, counted from 0 to ${length - 1}.`,
      );
    });
  });
}

/** Reads the value that is added, given the place among the chosen cells and the index along the last axis. */
function reader(edit: HookEdit, lengths: readonly number[], chosen: readonly (readonly number[])[]) {
  const { add } = edit;
  if (typeof add === 'number') return () => add;
  const missing = lengths.length - add.shape.length;
  const strides = add.shape.map((_, axis) => elementCount(add.shape.slice(axis + 1)));
  const fits = add.shape.every((size, axis) => {
    const full = axis + missing;
    return size === 1 || size === lengths[full] || (full < chosen.length && size === chosen[full]!.length);
  });
  if (missing < 0 || !fits) {
    throw new PellucidError(
      'bad-input',
      `The value for ${edit.hook} has shape ${formatShape(add.shape)}, which does not fit its shape ${formatShape(lengths)}.`,
    );
  }
  return (place: readonly number[], last: number): number => {
    let at = 0;
    for (const [axis, size] of add.shape.entries()) {
      if (size === 1) continue;
      const full = axis + missing;
      const index =
        full === lengths.length - 1
          ? last
          : size === lengths[full]
            ? chosen[full]![place[full]!]!
            : place[full]!;
      at += index * strides[axis]!;
    }
    return add.data[at]!;
  };
}

/** Every tuple of indices below the given sizes, the last one running fastest. */
function* product(sizes: readonly number[]): Generator<readonly number[]> {
  if (sizes.some((size) => size === 0)) return;
  const index = sizes.map(() => 0);
  for (;;) {
    yield index;
    let axis = sizes.length - 1;
    for (; axis >= 0; axis--) {
      index[axis]! += 1;
      if (index[axis]! < sizes[axis]!) break;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

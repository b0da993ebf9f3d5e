import { PellucidError } from '../errors.js';
import type { GivenValues, Model, Target } from '../model/index.js';
import { branchesOf } from './branches.js';
import type { Coalition } from './coalition.js';
import type { Question } from './question.js';
import { givenEmbeddings, inputOf, removeAt } from './sequence.js';

/** Tokens in one batch: long enough to keep the processor busy, short enough for its caches and memory. */
const tokensAtOnce = 1024;

/**
 * The target as a function of which features are present: all that a perturbation method or a metric sees of a model.
 * Coalitions that were asked for before are not computed again.
 */
export class Coalitions {
  readonly #question: Question;
  readonly #target: Target;
  readonly #known = new Map<string, number>();
  #passes = 0;
  #expected = 0;

  /** @param target the scalar, where it is not the question's own */
  constructor(question: Question, target: Target = question.target) {
    this.#question = question;
    this.#target = target;
    if (target === question.target) this.#known.set(keyOf(this.all()), question.record.value);
  }

  /** How many features there are. */
  get size(): number {
    return this.#question.features.length;
  }

  /** How many inputs the model has read for this. */
  get passes(): number {
    return this.#passes;
  }

  /** The coalition of all features. */
  all(): Coalition {
    return new Uint8Array(this.size).fill(1);
  }

  /** The coalition of no feature. */
  none(): Coalition {
    return new Uint8Array(this.size);
  }

  /** The coalition of these features, or of all others. */
  of(features: Iterable<number>, present = true): Coalition {
    const coalition = present ? this.none() : this.all();
    for (const feature of features) coalition[feature] = present ? 1 : 0;
    return coalition;
  }

  /** Is told how many coalitions will still be asked for, at most, where that is done in parts: progress counts them. */
  expect(coalitions: number): void {
    this.#expected = this.#passes + coalitions;
  }

  /**
   * The target for each coalition, in order; equal ones are computed once. Progress counts all passes since the start.
   * @throws PellucidError `bad-input` where `delete` leaves no token, `non-finite`, `cancelled`.
   */
  async values(coalitions: readonly Coalition[]): Promise<Float64Array> {
    const missing = new Map<string, Coalition>();
    for (const coalition of coalitions) {
      const key = keyOf(coalition);
      if (!this.#known.has(key)) missing.set(key, coalition);
    }
    const { onProgress } = this.#question;
    const total = Math.max(this.#expected, this.#passes + missing.size);
    const before = this.#passes;
    const passed = (count: number) => {
      this.#passes += count;
      onProgress?.({ done: this.#passes, total, part: 'passes' });
    };
    if (await this.#fromBranches(missing, passed)) return this.#of(coalitions);
    this.#passes = before;
    const wanted = inBatchOrder(this.#question, [...missing]);
    for (let start = 0; start < wanted.length; ) {
      const rows = Math.max(1, Math.floor(tokensAtOnce / wanted[start]!.length));
      const part = wanted.slice(start, start + rows);
      const values = await scoresOf(
        { ...this.#question, target: this.#target },
        part.map(({ coalition }) => coalition),
      );
      for (const [i, { key }] of part.entries()) this.#known.set(key, values[i]!);
      start += part.length;
      passed(part.length);
    }
    return this.#of(coalitions);
  }

  #of(coalitions: readonly Coalition[]): Float64Array {
    return Float64Array.from(coalitions, (coalition) => this.#known.get(keyOf(coalition))!);
  }

  /** Reads what begins alike once, where the model can; whether it could. */
  async #fromBranches(
    missing: ReadonlyMap<string, Coalition>,
    onRead: (count: number) => void,
  ): Promise<boolean> {
    if (missing.size < 2) return false;
    const question = { ...this.#question, target: this.#target };
    const asked = branchesOf(question, [...missing.values()]);
    const { model, signal } = question;
    const values = asked && (await model.readBranches({ ...asked, signal, tokensAtOnce, onRead }));
    if (!values) return false;
    for (const [i, key] of [...missing.keys()].entries()) this.#known.set(key, values[i]!);
    return true;
  }
}

/** Sixteen features in a character: there may be thousands of features, and thousands of coalitions to remember. */
function keyOf(coalition: Coalition): string {
  let key = '';
  for (let start = 0; start < coalition.length; start += 16) {
    let bits = 0;
    for (let i = start; i < Math.min(start + 16, coalition.length); i++) bits = bits * 2 + coalition[i]!;
    key += String.fromCharCode(bits);
  }
  return key;
}

/** With how many tokens are read of each; the longest first, so that inputs of one batch are of about one length. */
function inBatchOrder(question: Question, missing: readonly (readonly [key: string, Coalition])[]) {
  const { tokens, removal } = question;
  const wanted = missing.map(([key, coalition]) => {
    const gone = removal.name === 'delete' ? absentPositions(question, coalition).length : 0;
    return { key, coalition, length: Math.max(1, tokens.length - gone) };
  });
  return wanted.toSorted((a, b) => b.length - a.length);
}

/** The target for each coalition, in one batch. */
async function scoresOf(question: Question, coalitions: readonly Coalition[]): Promise<number[]> {
  const { model, removal, target, signal } = question;
  const absent = coalitions.map((coalition) => absentPositions(question, coalition));
  const cancel = signal ? { signal } : {};
  const read = (
    inputs: Parameters<Model['runBatch']>[0],
    targets: Target | readonly Target[],
    given?: GivenValues,
  ) =>
    model.runBatch(inputs, {
      ...{ capture: [], answers: 'none', gradient: { target: targets, of: [] } },
      ...(given ? { given } : {}),
      ...cancel,
    });
  if (removal.name === 'delete') {
    const rows = absent.map((positions) => without(question, positions));
    const runs = await read(
      rows.map((row) => inputOf(row)),
      rows.map((row) => row.target),
    );
    return runs.map((run) => run.target.value);
  }
  if (removal.name === 'hide') {
    const runs = await read(
      absent.map((hidden) => inputOf(question, hidden)),
      target,
    );
    return runs.map((run) => run.target.value);
  }
  const input = inputOf(question);
  const runs = await read(
    coalitions.map(() => input),
    target,
    givenEmbeddings(question, coalitions.length, replacedEmbeddings(question, absent)),
  );
  return runs.map((run) => run.target.value);
}

function absentPositions({ features }: Question, coalition: Coalition): number[] {
  return features.flatMap(({ positions }, i) => (coalition[i] ? [] : positions));
}

/** The embeddings of the tokens with those at some positions replaced, [row, position, width]. */
function replacedEmbeddings(question: Question, absent: readonly (readonly number[])[]): Float32Array {
  const { length } = question.embeddings;
  const data = new Float32Array(absent.length * length);
  for (const [row, positions] of absent.entries()) {
    const own = data.subarray(row * length, (row + 1) * length);
    own.set(question.embeddings);
    removeAt(question, own, positions);
  }
  return data;
}

/** The input without some tokens. The target is read at the same tokens, or at those before them that are left. */
function without({ tokens, encoderLength, target, model }: Question, positions: readonly number[]) {
  const gone = new Set(positions);
  const kept = tokens.filter((_, i) => !gone.has(i));
  const encoderKept =
    encoderLength === undefined
      ? undefined
      : tokens.slice(0, encoderLength).filter((_, i) => !gone.has(i)).length;
  if (kept.length === (encoderKept ?? 0) || encoderKept === 0) {
    throw new PellucidError(
      'bad-input',
      `Without its features the input of ${model.id} has no token left to read: use another removal, such as hide or zero.`,
    );
  }
  // Positions of targets count the tokens that the model answers for: of an encoder-decoder its decoder's.
  const first = encoderLength ?? 0;
  const moved = (position: number) =>
    Math.max(0, tokens.slice(first, first + position + 1).filter((_, i) => !gone.has(first + i)).length - 1);
  const { position, places, answers, definition } = target;
  const inText = definition.reads === 'start' || definition.reads === 'end';
  return {
    tokens: kept,
    encoderLength: encoderKept,
    target: {
      ...target,
      answers: inText ? answers.map((answer) => moved(Number(answer))) : answers,
      position: typeof position === 'number' ? moved(position) : position,
      places: places?.map((place) => ({ ...place, position: moved(place.position) })),
    },
  };
}

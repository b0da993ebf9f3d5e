import { PellucidError } from '../errors.js';
import type { Tensor, Token } from '../tensor/index.js';
import { logSoftmax } from './candidates.js';
import type { Capture } from './capture.js';
import type { GradientRequest } from './gradient.js';
import type { EncodedInput, ModelInput, SourceInput } from './model-input.js';
import { embeddingHook } from './sentence-embedding.js';
import type { Target, TargetAnswer } from './target.js';
import { type AnswerNames, targetPosition } from './target-answers.js';

/** What a target needs to know of its model before it is read. */
export interface TargetHost {
  readonly names: AnswerNames;
  read(input: ModelInput): EncodedInput;
  /** The value of a hook point in a run of an input, or that at some positions. */
  value(input: ModelInput, capture: Capture): Promise<Tensor>;
}

/** A target that depends on no other text any more, and the input in which it is read. */
export interface ResolvedTarget {
  readonly input: ModelInput;
  readonly target: Target;
  /** How many tokens at the end of the input belong to the target's continuation, not to the text. */
  readonly continued: number;
}

/** Settles the targets of a request, one for each input. */
export async function resolveRequest(
  host: TargetHost,
  inputs: readonly ModelInput[],
  request: GradientRequest,
): Promise<{ readonly inputs: readonly ModelInput[]; readonly request: GradientRequest }> {
  const given: Target | readonly Target[] = request.target;
  const targets = 'definition' in given ? inputs.map(() => given) : given;
  if (targets.length !== inputs.length || targets.every(({ definition }) => !definition.reads))
    return { inputs, request };
  const settled = await Promise.all(inputs.map((input, i) => resolveTarget(host, input, targets[i]!)));
  return {
    inputs: settled.map(({ input }) => input),
    request: { ...request, target: settled.map(({ target }) => target) },
  };
}

/**
 * Settles what a target reads besides answers at a position: a continuation is put behind the input, an answer in the
 * text is found, the run of a comparison is done. Targets of other kinds, and those that are settled, stay as they are.
 *
 * @throws PellucidError `bad-input` for continuations of unequal lengths or models that answer otherwise, `not-found`
 * for an answer that is not in the text.
 */
export async function resolveTarget(
  host: TargetHost,
  input: ModelInput,
  target: Target,
): Promise<ResolvedTarget> {
  const as = (resolved: Partial<Target>): ResolvedTarget => ({
    ...{ input, continued: 0 },
    target: { ...target, ...resolved },
  });
  const { task } = host.names.answerer;
  switch (target.definition.reads) {
    case 'continuation':
      // What is settled has been put behind the input already.
      if (target.places) return { ...as({}), continued: target.places.length - 1 };
      return task === 'causal-lm' ? continued(host, input, target) : as({});
    case 'start':
    case 'end':
      if (typeof target.answers[0] === 'number' || task !== 'question-answering') return as({});
      return as({ answers: [await placeInText(host, input, target)] });
    case 'comparison':
      if (target.reference || (target.definition.needs === 'embedding') !== (task === 'sentence-embedding'))
        return as({});
      return as({ answers: [], reference: await referenceOf(host, input, target) });
    default:
      return as({});
  }
}

/** The input with the tokens of a continuation behind it but for the last, which nothing that is read looks at. */
function continued({ names, read }: TargetHost, input: ModelInput, target: Target): ResolvedTarget {
  const { tokens, text, pair, hidden, source } = read(input);
  const ways = target.answers.map((answer) =>
    continuation(
      answer,
      tokens,
      source ? targetReader(read, source, tokens) : textReader(text, names),
      names,
    ),
  );
  const [first = [], second = first] = ways;
  if (first.length !== second.length) {
    const [x, y] = target.answers.map((answer) => JSON.stringify(answer));
    throw new PellucidError(
      'bad-input',
      `${x} has ${first.length} tokens and ${y} ${second.length}, so that they cannot be compared token by token: give texts with equally many.`,
    );
  }
  if (first.length === 0) {
    throw new PellucidError(
      'bad-input',
      `The target "${target.definition.name}" needs a text to go on with.`,
    );
  }
  return {
    input: source
      ? {
          ...{ tokens: source.tokens, text, pair, hidden: source.hidden, decoderHidden: hidden },
          ...{
            decoderTokens: [...tokens, ...first.slice(0, -1)],
            targetText: source.targetText ?? undefined,
          },
        }
      : { tokens: [...tokens, ...first.slice(0, -1)], text, pair, hidden },
    target: {
      ...target,
      places: first.map((_, i) => ({
        position: tokens.length - 1 + i,
        answers: ways.map((way) => way[i]!.id),
      })),
    },
    continued: first.length - 1,
  };
}

/**
 * The tokens with which a text goes on: those that it has together with the text before it, where that leaves the
 * earlier ones as they are, else those that it has alone.
 */
function continuation(
  answer: TargetAnswer,
  before: readonly Token[],
  together: (more: string) => readonly Token[],
  { tokenizer }: AnswerNames,
): Token[] {
  const written = typeof answer === 'number' ? answer : /^#(\d+)$/.exec(answer.trim())?.[1];
  if (written !== undefined) return tokenizer.fromIds([Number(written)]);
  const whole = together(String(answer));
  const joined = before.every(({ id }, i) => whole[i]?.id === id);
  const own =
    joined && whole.length > before.length
      ? whole.slice(before.length)
      : tokenizer.encode(String(answer), { addSpecialTokens: false });
  // Its characters are none of the user's text.
  return own.map((token) => ({ ...token, offsets: null }));
}

/** The tokens of a text with more behind it; none where there is no text. */
function textReader(text: string | null, { tokenizer }: AnswerNames): (more: string) => readonly Token[] {
  return (more) => (text === null ? [] : tokenizer.encode(text + more));
}

/** The same for what a decoder was given as text; the start token alone is an empty one. */
function targetReader(
  read: TargetHost['read'],
  { tokens, targetText }: SourceInput,
  before: readonly Token[],
): (more: string) => readonly Token[] {
  const text = targetText ?? (before.length === 1 ? '' : null);
  return (more) => (text === null ? [] : read({ tokens, targetText: text + more }).tokens);
}

/** The position of the token at which an answer starts or ends; without one, of that which the model likes best. */
async function placeInText(
  host: TargetHost,
  input: ModelInput,
  { definition, answers }: Target,
): Promise<number> {
  const { tokens, text, pair } = host.read(input);
  const segment = pair === null ? 0 : 1;
  const own = [...tokens.keys()].filter((i) => tokens[i]!.segment === segment && !tokens[i]!.special);
  const start = definition.reads === 'start';
  const [answer] = answers;
  if (answer === undefined) {
    const { data } = await host.value(input, { hook: 'logits' });
    const score = (i: number) => Number(data[2 * i + (start ? 0 : 1)]);
    return own.reduce((best, i) => (score(i) > score(best) ? i : best), own[0]!);
  }
  const written = /^#(\d+)$/.exec(String(answer).trim())?.[1];
  if (written !== undefined && Number(written) < tokens.length) return Number(written);
  const wanted = String(answer).trim();
  const at = (pair ?? text ?? '').indexOf(wanted);
  const touched = own.filter((i) => {
    const [from, to] = tokens[i]!.offsets ?? [0, 0];
    return from < at + wanted.length && at < to;
  });
  const found = start ? touched[0] : touched.at(-1);
  if (at >= 0 && wanted !== '' && found !== undefined) return found;
  throw new PellucidError(
    'not-found',
    `${JSON.stringify(wanted)} is not in the text that is asked about: give a part of it as it is written, or a position such as #${own[0] ?? 0}.`,
  );
}

/** What a comparison is with: log-probabilities of all answers, or the embedding, in the run of another text. */
async function referenceOf(host: TargetHost, input: ModelInput, target: Target): Promise<Float32Array> {
  const [answer] = target.answers;
  const other = answer === undefined ? input : String(answer);
  if (target.definition.needs === 'embedding') {
    if (answer === undefined) {
      const name = target.definition.name;
      throw new PellucidError('bad-input', `The target "${name}" needs another text: write ${name}:<text>.`);
    }
    return (await host.value(other, { hook: embeddingHook })).data as Float32Array;
  }
  const { tokens } = host.read(other);
  const places = target.places ?? [{ position: target.position }];
  const rows: Float64Array[] = [];
  for (const { position } of places) {
    const at = targetPosition({ ...target, position }, tokens, host.names);
    const logits = await host.value(other, { hook: 'logits', ...(at === null ? {} : { positions: [at] }) });
    rows.push(logSoftmax(logits.data as Float32Array));
  }
  return Float32Array.from(rows.flatMap((row) => Array.from(row)));
}

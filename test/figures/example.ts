import type {
  Attention,
  Attribution,
  ContextReliance,
  Contributions,
  GenerationAttribution,
  Lens,
  Measure,
  QueryKey,
} from '../../src/explanations/index.js';
import { type Token, tensor } from '../../src/tensor/index.js';

/** A token as a tokenizer would give it. */
export function token(text: string): Token {
  return { id: 0, piece: text, text, offsets: null, segment: 0, special: text.startsWith('[') };
}

/** Numbers between 0 and 1 that are the same on every run (a linear congruential generator). */
function* numbers(): Generator<number, never> {
  for (let state = 7; ; state = (state * 48271) % 2147483647) yield state / 2147483647;
}

export interface ExampleOptions {
  readonly causal?: boolean;
  /** Makes the axes layer and head too. */
  readonly layers?: number;
  readonly heads?: number;
}

/** Attention with rows that sum to 1 over the given token texts. */
export function exampleAttention(texts: readonly string[], options: ExampleOptions = {}): Attention {
  const { causal = false, layers, heads = 1 } = options;
  const count = texts.length;
  const random = numbers();
  const data = new Float32Array((layers ?? 1) * heads * count * count);
  for (let start = 0; start < data.length; start += count) {
    const destination = (start / count) % count;
    const weights = texts.map((_, source) =>
      causal && source > destination ? 0 : Math.exp(4 * random.next().value),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (const [source, weight] of weights.entries()) data[start + source] = weight / sum;
  }
  const all = layers !== undefined;
  const axes = [...(all ? ['layer', 'head'] : []), 'destination', 'source'];
  const shape = [...(all ? [layers, heads] : []), count, count];
  return {
    schemaVersion: 1,
    kind: 'attention',
    method: 'attention',
    options: all ? { layer: null, head: null } : { layer: 0, head: 3 },
    subject: {
      model: 'example/model',
      architecture: 'bert',
      contentHash: '0',
      text: texts.join(''),
      pair: null,
    },
    tokens: texts.map(token),
    values: { ...tensor('F32', shape, data), axes },
  };
}

export const hello = ['[CLS]', 'hello', ',', 'world', '!', '[SEP]'];

export const story = [
  ...'The cat that the dogs had chased ran up a tree and it did not come down'.split(' '),
].map((word, index) => (index === 0 ? word : ` ${word}`));

/** Everything a byte-level vocabulary can throw at a label. */
export const strange = [
  ...[' 你好', '界', '😀', '👨‍👩‍👧', ' مرحبا', ' שלום', 'e\u0301', '\u0301', '\n', '\t', '', '\u200d'],
  ...[
    ' internationalization-of-everything',
    '한국어',
    '  ',
    '<script>',
    '"]]>',
    "'&",
    '\u202e',
    '\u0000',
    '\ud83d',
  ],
];

/** Cross attention: two destinations that look at three sources, in two layers of two heads. */
export function crossAttention(): Attention {
  const [destinations, sources] = [
    ['<s>', 'die'],
    ['the', ' cat', ' sat'],
  ];
  const data = Float32Array.from({ length: 24 }, (_, i) => [0.5, 0.3, 0.2][(i + Math.floor(i / 3)) % 3]!);
  const axes = ['layer', 'head', 'destination', 'source'];
  return {
    ...exampleAttention(sources),
    options: { layer: null, head: null, stack: 'cross' },
    tokens: sources.map(token),
    destinationTokens: destinations.map(token),
    values: { ...tensor('F32', [2, 2, 2, 3], data), axes },
  };
}

/** What the parts of a model with two layers add to a contrast. */
export function exampleContributions(options: Partial<Contributions> = {}): Contributions {
  const { subject, tokens } = exampleAttention(hello);
  const rows = [
    ['embedding', 'token embeddings', -0.25, null],
    ['attention', 'layer 0, attention', 1.5, 0],
    ['mlp', 'layer 0, MLP', -2.75, 0],
    ['attention', 'layer 1, attention', 0.125, 1],
    ['mlp', 'layer 1, MLP', 6, 1],
    ['constant', 'biases of the end', 0.5, null],
  ] as const;
  const values = Float32Array.from(rows, ([, , value]) => value);
  return {
    ...{ schemaVersion: 1, kind: 'contributions', method: 'direct-logit-attribution' },
    ...{ options: { unit: 'component' }, subject, tokens },
    target: {
      name: 'contrast',
      answers: [' down', ' up'].map((text, id) => ({ id, text })),
      ...{ position: 5, value: 5.125 },
    },
    components: rows.map(([part, label, , layer]) => ({ part, label, layer, index: null })),
    values: { ...tensor('F32', [rows.length], values), axes: ['component'] },
    errors: [{ name: 'reconstruction error', value: 1e-6, share: 1e-7, large: false }],
    ...options,
  };
}

/** One causal head of four dimensions: q · k of whole numbers, halved, and a bias for the distance. */
export function exampleQueryKey(texts: readonly string[]): QueryKey {
  const attention = exampleAttention(texts);
  const count = texts.length;
  const [query, key] = [1, 2].map((seed) =>
    tensor(
      'F32',
      [count, 4],
      Float32Array.from({ length: count * 4 }, (_, i) => ((i * 7 * seed + i) % 5) - 2),
    ),
  ) as [QueryKey['query'], QueryKey['key']];
  const grid = (of: (row: number, column: number) => number) => ({
    ...tensor(
      'F32',
      [count, count],
      Float32Array.from({ length: count ** 2 }, (_, i) => of(Math.floor(i / count), i % count)),
    ),
    axes: ['destination', 'source'],
  });
  const product = (row: number, column: number) =>
    [0, 1, 2, 3].reduce((sum, i) => sum + (query.data[row * 4 + i]! * key.data[column * 4 + i]!) / 2, 0);
  const added = (row: number, column: number) => (column > row ? 0 : (column - row) / 4);
  const exponent = (row: number, column: number) =>
    column > row ? 0 : Math.exp(product(row, column) + added(row, column));
  const total = (row: number) => texts.reduce((sum, _, column) => sum + exponent(row, column), 0);
  return {
    ...{ ...attention, kind: 'query-key', method: 'query-key', options: { layer: 0, head: 3 } },
    values: grid((row, column) => exponent(row, column) / total(row)),
    query: { ...query, axes: ['destination', 'feature'] },
    key: { ...key, axes: ['source', 'feature'] },
    ...{ scores: grid(product), bias: grid(added) },
    allowed: grid((row, column) => Number(column <= row)),
    ...{ scale: 0.5, rotated: false },
  };
}

/** Scores of both signs for tokens between two special ones. */
export function exampleAttribution(
  texts: readonly string[],
  options: Partial<Attribution> = {},
): Attribution {
  const { subject, tokens } = exampleAttention(['[CLS]', ...texts, '[SEP]']);
  const random = numbers();
  const scores = Float32Array.from(texts, () => 4 * random.next().value - 2);
  const values = { ...tensor('F32', [texts.length], scores), axes: ['feature'] };
  const answers = [{ id: 3, text: ' down' }];
  return {
    ...{ schemaVersion: 1, kind: 'attribution', method: 'integrated-gradients', options: { steps: 50 } },
    ...{ subject, tokens, values },
    question: { features: 'tokens', special: false, removal: 'mask', seed: 0 },
    target: { name: 'logit', answers, position: 7, value: 8.25 },
    features: texts.map((label, i) => ({ label, positions: [i + 1], span: null, segment: 0 })),
    aggregation: 'signed sum over the embedding and over the tokens of a feature',
    signed: true,
    baseline: { removal: 'mask', description: 'the embedding of "[MASK]"', value: 1.5 },
    standardError: null,
    errors: [{ name: 'convergence delta', value: 0.012, share: 0.0018, large: false }],
    map: null,
    note: null,
    verdict: {
      conclusion: 'supported',
      because: {
        code: 'ranking',
        comparisons: [
          {
            ...{ metric: 'comprehensiveness', value: 5.3, random: 1.1, standardError: 0.2, seeds: 10 },
            deviations: 3.1,
          },
        ],
        ...{ seeds: 10, better: 10, equal: 0, chance: 0.045, supportedUpTo: 0.05, notSupportedAbove: 0.3 },
        agreement: 0.5,
      },
      reason: 'Comprehensiveness 5.3 against 1.1 ± 0.2 of 10 random rankings (3.1 deviations better).',
      rule: 'the rule',
      measures: [],
      cost: 64,
    },
    ...options,
  };
}

/** A lens over three layers, whose two pinned tokens change places on the way. */
export function exampleLens(texts: readonly string[]): Lens {
  const { subject, tokens } = exampleAttention(texts);
  const rows = [
    { label: 'embeddings', hook: 'blocks.0.hook_resid_pre', layer: null },
    ...[0, 1].map((layer) => ({
      ...{ label: `layer ${layer}`, hook: `blocks.${layer}.hook_resid_post`, layer },
    })),
  ];
  const [layers, positions, top] = [rows.length, texts.length, 2];
  const random = numbers();
  const places = layers * positions;
  const shares = Array.from({ length: places }, () => random.next().value).flatMap((share) => [
    share,
    (1 - share) * Math.min(0.5, share),
  ]);
  const axes = ['layer', 'position'];
  const map = (data: readonly number[]) => tensor('F32', [layers, positions], Float32Array.from(data), axes);
  const each = (numberOf: (pinned: number, layer: number) => number) =>
    tensor(
      'F32',
      [2, layers, positions],
      Float32Array.from({ length: 2 * places }, (_, i) =>
        numberOf(Math.floor(i / places), Math.floor((i % places) / positions)),
      ),
      ['pinned', ...axes],
    );
  return {
    ...{ schemaVersion: 1, kind: 'lens', method: 'logit-lens', options: { at: 'resid', top } },
    ...{ subject, tokens, rows },
    values: {
      ...tensor('F32', [layers, positions, top], Float32Array.from(shares)),
      axes: [...axes, 'candidate'],
    },
    ids: Array.from({ length: places * top }, (_, i) => (i * 5) % texts.length),
    words: Object.fromEntries(texts.map((text, id) => [id, text])),
    entropy: map(shares.filter((_, i) => i % 2 === 0).map((share) => 3 * (1 - share))),
    divergence: map(Array.from({ length: places }, (_, i) => 2 - Math.floor(i / positions))),
    pinned: [1, 2].map((id) => ({ id, text: texts[id % texts.length]! })),
    ranks: each((pinned, layer) => (pinned === 0 ? [950, 30, 1] : [4, 2, 3])[layer]!),
    probabilities: each((pinned, layer) => (pinned === 0 ? [0, 0.01, 0.6] : [0.1, 0.2, 0.15])[layer]!),
    position: texts.length - 1,
  };
}

/** Scores of everything before each of the last tokens. */
export function exampleGeneration(texts: readonly string[], written: number): GenerationAttribution {
  const { subject, tokens } = exampleAttention(texts);
  const promptLength = texts.length - written;
  const random = numbers();
  const values = new Float32Array(written * texts.length);
  const generated = Array.from({ length: written }, (_, row) => {
    const position = promptLength + row;
    for (let at = 0; at < position; at++) values[row * texts.length + at] = 4 * random.next().value - 2;
    const answers = [{ id: 0, text: texts[position]! }];
    const target = { name: 'logit', answers, position: position - 1, value: 5 };
    return { position, target, present: position, baseline: null, errors: [] };
  });
  return {
    ...{ schemaVersion: 1, kind: 'generation-attribution', method: 'occlusion' },
    ...{ options: { seed: 0, removal: 'zero' }, subject, tokens, promptLength, generated },
    features: texts.map((label, i) => ({ label, positions: [i], span: null, segment: 0 })),
    values: tensor('F32', [written, texts.length], values, ['generated', 'feature']) as Attribution['values'],
    ...{ standardError: null, aggregation: 'difference of the target', signed: true },
  };
}

/** The same, of which every second token relies on the prompt. */
export function exampleContextReliance(texts: readonly string[], written: number): ContextReliance {
  const found = exampleGeneration(texts, written);
  const sensitivity = found.generated.map((_, row) => {
    return { divergence: row % 2 === 0 ? 2.5 : 0.25, crossInformation: 1 - row, sensitive: row % 2 === 0 };
  });
  return {
    ...found,
    kind: 'context-reliance',
    generated: found.generated.map((row, i) => (i % 2 === 0 ? row : { ...row, target: null, present: 0 })),
    ...{ sensitivity, threshold: 1.5 },
  };
}

/** An attribution that was tested in full: with deletion and insertion curves. */
export function testedAttribution(method: string, bend: number): Attribution {
  const attribution = exampleAttribution(hello.slice(1, -1), { method });
  const shares = [0, 0.25, 0.5, 0.75, 1];
  const random = { mean: 4, deviation: 0.5, standardError: 0.1, seeds: 30 };
  const measure = (
    metric: string,
    better: 'higher' | 'lower',
    valueAt: (share: number) => number,
  ): Measure => ({
    ...{ metric, better, value: 8 * valueAt(0.5) },
    random: {
      ...random,
      curve: shares.map((share) => ({ share, value: 8 * Math.abs(valueAt(share)), deviation: 0.7 })),
    },
    curve: shares.map((share) => ({ share, value: 8 * valueAt(share) ** bend })),
  });
  const measures = [
    measure('deletion', 'lower', (share) => 1 - share),
    measure('insertion', 'higher', (share) => share),
  ];
  return { ...attribution, verdict: { ...attribution.verdict!, measures } };
}

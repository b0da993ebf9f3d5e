import assert from 'node:assert/strict';
import type { Client } from '../../src/client/index.js';

export const model = 'pellucid-bert';
export const input = { text: 'The cat sat on the [MASK].' };

/** What every way to reach a model must answer. */
export async function conversation(client: Client) {
  const { models: _, adds: __, hub: ___, ...about } = await client.ask('about', {});
  const opened = await client.ask('open', { model });
  const run = await client.ask('run', { model, input, top: 3 });
  const attention = await client.ask('attention', { model, input });
  const layer = await client.ask('attention', { model, input, layer: 1 });
  const progress: number[] = [];
  const compared = await client.ask(
    'compare',
    { model, input, methods: ['occlusion', 'input-x-gradient'], features: 'words' },
    { onProgress: ({ done }) => progress.push(done) },
  );
  const ablated = await client.ask('ablate', { model, input, part: { kind: 'head', layer: 0, head: 0 } });
  return { about, opened, run, attention, layer, compared, ablated, told: progress.length > 0 };
}

/** How every way to reach a model must fail. */
export async function failures(client: Client): Promise<void> {
  await client.ask('open', { model });
  const call = client.ask('compare', { model, input, methods: ['nothing'] });
  await assert.rejects(call, { name: 'PellucidError', code: 'not-found' });
  const gone = client.ask('run', { model, input }, { signal: AbortSignal.abort() });
  await assert.rejects(gone, { name: 'PellucidError', code: 'cancelled' });
  const leave = new AbortController();
  // Seconds of work, so that the signal comes while it is done.
  const long = { text: `${'the cat sat on the mat and '.repeat(10)}[MASK].` };
  const methods = ['kernel-shap', 'shapley-sampling'];
  const left = client.ask(
    'compare',
    { model, input: long, methods, verdict: 'full' },
    { signal: leave.signal },
  );
  setTimeout(() => leave.abort(), 30);
  await assert.rejects(left, { name: 'PellucidError', code: 'cancelled' });
  assert.equal((await client.ask('run', { model, input, top: 3 })).predictions[0]!.candidates.length, 3);
  await assert.rejects(client.ask('open', { model: '/etc' }), { code: 'not-found' });
  await assert.rejects(client.ask('run', { model: 'pellucid-truth-linear', input }), /is not open/);
}

/**
 * Holds two answers against each other: the same but for the last digits of numbers.
 * @param tolerance largest difference of two numbers, relative to the larger where that is above 1
 */
export function assertSameAnswer(
  actual: unknown,
  expected: unknown,
  tolerance: number,
  where = 'answer',
): void {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const scale = Math.max(1, Math.abs(expected));
    assert.ok(Math.abs(actual - expected) <= tolerance * scale, `${where}: ${actual}, not ${expected}`);
  } else if (typeof actual === 'string' && typeof expected === 'string') {
    const digits = /[+-]?\d+(\.\d+)?/g;
    assert.equal(actual.replace(digits, '#'), expected.replace(digits, '#'), where);
  } else if (isObject(actual) && isObject(expected)) {
    assert.deepEqual(Object.keys(actual), Object.keys(expected), where);
    for (const [name, part] of Object.entries(actual))
      assertSameAnswer(part, expected[name], tolerance, `${where}.${name}`);
  } else assert.deepEqual(actual, expected, where);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

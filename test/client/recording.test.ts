import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Client, Recording } from '../../src/client/index.js';
import { packRecording, recordedClient, remembering, unpackRecording } from '../../src/client/index.js';
import { tensor } from '../../src/tensor/index.js';

/** Attention with a little of everything: sharp, flat, exact zeros, the smallest numbers. */
function madeAttention(count: number) {
  const data = Float32Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 0 : (Math.sin(i) + 1) / 2));
  data.set([1, 1e-45, 0.1]);
  return { kind: 'attention', options: { layer: null }, values: tensor('F32', [count], data, ['source']) };
}

const recording = (count: number): Omit<Recording, 'step'> => ({
  answers: [
    { name: 'attention', request: { model: 'm', input: { text: 'a' } }, result: madeAttention(count) },
    {
      name: 'compare',
      request: { model: 'm' },
      result: {
        kind: 'attribution',
        options: {},
        values: tensor('F32', [2], Float32Array.of(-0, 3.4e38), ['f']),
      },
    },
  ],
  date: '2026-01-01T00:00:00.000Z',
  address: '#model=m',
  page: { receipts: [] },
});

suite('a recording', () => {
  test('comes back as it was, bit by bit, where it fits', async () => {
    const made = recording(1000);
    const { text, step } = await packRecording(made, 1e6);
    assert.equal(step, null);
    const read = await unpackRecording(text);
    assert.deepEqual(read, { ...made, step: null });
    const { values } = read.answers[1]!.result as { values: { data: Float32Array } };
    assert.ok(Object.is(values.data[0], -0));
  });

  test('is rounded as little as need be, and says so; other results are not', async () => {
    const made = recording(20_000);
    const whole = (await packRecording(made, Number.MAX_SAFE_INTEGER)).text.length;
    let before = whole;
    for (const wanted of [1 / 65535, 1 / 4095, 1 / 255]) {
      const { text, step } = await packRecording(made, before - 1);
      assert.equal(step, wanted);
      assert.ok(text.length < before);
      before = text.length;
      const { answers } = await unpackRecording(text);
      const [attention, other] = answers.map(
        ({ result }) => result as { options: object; values: { data: Float32Array } },
      );
      assert.deepEqual(attention!.options, { layer: null, roundedTo: wanted });
      const exact = madeAttention(20_000).values.data;
      const worst = Math.max(...attention!.values.data.map((value, i) => Math.abs(value - exact[i]!)));
      assert.ok(worst <= wanted / 2 + 1e-7, `${worst}`);
      assert.deepEqual(other!.options, {});
      assert.equal(other!.values.data[1], Math.fround(3.4e38));
    }
  });

  test('what is cut short or made up is refused', async () => {
    const { text } = await packRecording(recording(1000), 1e6);
    await assert.rejects(unpackRecording(text.slice(0, 2000)));
    await assert.rejects(unpackRecording('nothing'));
  });
});

suite('a saved page without its model', () => {
  const asked: string[] = [];
  const client: Client = {
    ask: async (name, request) => {
      asked.push(name);
      return { name, request, big: new Float32Array(4 * 1024 * 1024) } as never;
    },
  };

  test('answers what was asked before, in whatever order the question is written', async () => {
    const memory = remembering(client);
    const result = await memory.ask('run', { model: 'm', input: { text: 'a' }, top: 3 });
    const saved = recordedClient({ answers: memory.answers() });
    assert.equal(await saved.ask('run', { top: 3, input: { text: 'a' }, model: 'm' }), result);
    await assert.rejects(saved.ask('run', { model: 'm', input: { text: 'b' }, top: 3 }), {
      name: 'PellucidError',
      code: 'unsupported',
    });
  });

  test('forgets the oldest answers where they are too many', async () => {
    const memory = remembering(client);
    for (let i = 0; i < 20; i++) await memory.ask('run', { model: `${i}`, input: { text: 'a' } });
    const models = memory.answers().map(({ request }) => (request as { model: string }).model);
    assert.deepEqual(
      models,
      Array.from({ length: 16 }, (_, i) => `${i + 4}`),
    );
  });
});

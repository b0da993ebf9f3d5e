import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { goldenCase } from '../model/generation/golden-generations.js';
import { fixture, pellucid } from './run-cli.js';

const model = ['--model', fixture('gpt2-generation')];
const { texts, generated } = goldenCase('single');
const prompt = texts[0]!;

interface Made {
  readonly text: string;
  readonly finishReason: string;
  readonly seed: number | null;
  readonly promptLength: number;
  readonly tokens: readonly { readonly id: number; readonly logProbability: number | null }[];
}

async function generate(...options: string[]): Promise<Made> {
  const { code, stdout, stderr } = await pellucid(['generate', prompt, ...model, '--json', ...options]);
  assert.equal(stderr, '');
  assert.equal(code, 0);
  return JSON.parse(stdout) as Made;
}

suite('pellucid generate', () => {
  test('prints the text and what follows, and says why it ended', async () => {
    const { code, stdout, stderr } = await pellucid([
      ...['generate', prompt, ...model],
      ...['--max-new-tokens', '8'],
    ]);
    assert.equal(code, 0, stderr);
    const { text } = await generate('--max-new-tokens', '8');
    assert.equal(stdout, `${prompt}${text}\n`);
    assert.equal(stderr, '8 tokens, as many as --max-new-tokens allows\n');
  });

  test('as JSON: the ids of the reference, with their log-probabilities', async () => {
    const made = await generate('--max-new-tokens', '64', '--no-end');
    assert.deepEqual(
      made.tokens.slice(made.promptLength).map(({ id }) => id),
      generated[0],
    );
    for (const [i, { logProbability }] of made.tokens.entries())
      assert.equal(logProbability === null, i < made.promptLength);
    assert.equal(made.finishReason, 'length');
    assert.equal(made.seed, null);
  });

  test('a seed gives the same text again', async () => {
    const options = ['--temperature', '1.2', '--top-k', '40', '--top-p', '0.9'];
    const made = await generate(...options);
    assert.deepEqual(await generate(...options, '--seed', String(made.seed)), made);
    const { stderr } = await pellucid(['generate', prompt, ...model, '--seed', '4000000000']);
    assert.match(stderr, /; --seed 4000000000 gives it again\n$/);
  });

  test('intervenes at the positions named, and at all without', async () => {
    const ids = ({ tokens }: Made) => tokens.map(({ id }) => id);
    const plain = await generate('--no-end');
    const edit = { hook: 'blocks.0.hook_resid_post', edit: 'scale', value: -1 };
    const steered = await generate('--no-end', '--intervene', JSON.stringify(edit));
    assert.notDeepEqual(ids(steered), ids(plain));
    const late = plain.promptLength + 20;
    const made = await generate('--no-end', '--intervene', JSON.stringify([{ ...edit, positions: [late] }]));
    assert.deepEqual(ids(made).slice(0, late + 1), ids(plain).slice(0, late + 1));
    const before = plain.promptLength;
    assert.deepEqual(made.tokens.slice(before, late + 1), plain.tokens.slice(before, late + 1));
    assert.notEqual(made.tokens[late + 1]!.logProbability, plain.tokens[late + 1]!.logProbability);
  });

  test('stop texts end it', async () => {
    const { text } = await generate('--no-end');
    const [first, second] = [text.slice(10, 12), text.slice(5, 7)];
    const made = await generate('--no-end', '--stop', first, '--stop', second);
    assert.equal(made.finishReason, 'stop');
    assert.equal(made.text, text.slice(0, Math.min(text.indexOf(first), text.indexOf(second))));
  });

  test('what cannot be is refused in one sentence, and nothing is printed', async () => {
    for (const [parameters, expected, message] of [
      [
        [prompt, '--model', fixture('bert-default')],
        1,
        /cannot generate text: its head answers another task/,
      ],
      [[prompt, ...model, '--max-new-tokens', '0'], 2, /--max-new-tokens.* whole number above 0\.\n$/],
      [[prompt, ...model, '--seed', '-1'], 1, /seed must be a whole number from 0 to 4294967295/],
      [[prompt, ...model, '--top-p', '2'], 1, /topP must be above 0 and at most 1, not 2/],
      [['', ...model], 1, /text is empty/],
      [[...model], 2, /a text is missing/],
    ] as const) {
      const { code, stdout, stderr } = await pellucid(['generate', ...parameters]);
      assert.match(stderr, message);
      assert.equal(stdout, '');
      assert.equal(code, expected);
    }
  });
});

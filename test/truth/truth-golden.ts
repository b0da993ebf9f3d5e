import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { attribute, methodNamed, methodOptions, questionOf } from '../../src/explain.js';
import type { Attribution } from '../../src/explanations/index.js';
import { loadModel } from '../../src/index.js';
import { Coalitions } from '../../src/question/index.js';
import { randomOf } from '../../src/random.js';
import { type TruthDefinition, truthModel } from '../../src/truth/index.js';

interface Case {
  readonly text: string;
  readonly target: string;
  readonly tokens: readonly number[];
  readonly value: number;
  readonly values?: readonly number[];
}

/** Float32 against float32 of the reference; targets are near 1, trained logits near 10. */
const tolerance = 1e-4;

/** The bundled model answers as the reference does, and words are worth what their Shapley values by definition are. */
export async function assertGolden(truth: TruthDefinition): Promise<void> {
  const url = new URL(`../../../fixtures/truth/${truth.name}.json`, import.meta.url);
  const cases = JSON.parse(readFileSync(url, 'utf8')) as Case[];
  await using model = await loadModel(truthModel(truth));
  for (const { text, target, tokens, value, values } of cases) {
    const question = await questionOf(model, text, { target });
    assert.deepEqual(
      question.tokens.map(({ id }) => id),
      tokens,
    );
    near(question.record.value, value, text);
    if (!values) continue;
    const method = methodNamed('exact-shapley');
    const why = await attribute(method, methodOptions(method, {}), question, new Coalitions(question));
    for (const [i, worth] of values.entries()) near(why.values.data[i]!, worth, `${text}: word ${i}`);
  }
}

/** What a method says of examples, each with the example. */
export async function answersOf(truth: TruthDefinition, name: string, count: number) {
  await using model = await loadModel(truthModel(truth));
  const method = methodNamed(name);
  const found = [];
  for (let i = 0; i < count; i++) {
    const example = truth.example(randomOf(i));
    const question = await questionOf(model, example.text, { target: example.target });
    assert.deepEqual(
      question.features.map(({ label }) => label.trim()),
      example.text.split(' '),
    );
    const why: Attribution = await attribute(
      ...([method, methodOptions(method, {}), question, new Coalitions(question)] as const),
    );
    found.push({ example, scores: why.values.data, value: why.target.value });
  }
  return found;
}

/** Share of examples where a word that holds the answer has the largest score. */
export async function hitsOf(truth: TruthDefinition, method: string, count: number): Promise<number> {
  const found = await answersOf(truth, method, count);
  const hits = found.filter(({ example, scores }) =>
    example.answers.includes(scores.indexOf(Math.max(...scores))),
  );
  return hits.length / count;
}

export function near(value: number, wanted: number, what: string): void {
  assert.ok(Math.abs(value - wanted) < tolerance, `${what}: ${value} is not ${wanted}`);
}

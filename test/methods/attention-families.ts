import { suite, test } from 'node:test';
import { type Attribution, explain, parseTarget } from '../../src/index.js';
import type { Model } from '../../src/model/index.js';
import { openFixture } from '../model/open-fixture.js';

/** A tiny checkpoint for each way in which attention is built into a model. */
export const attentionFamilies = {
  encoders: [
    ...['albert-default', 'bert-default', 'bert-sequence-classification', 'deberta-v2-default'],
    ...[
      'distilbert-default',
      'electra-default',
      'modernbert-default',
      'modernbert-mean-pooling',
      'mpnet-default',
    ],
  ],
  decoders: [
    ...[
      'bloom-default',
      'cohere2-default',
      'deepseek_v3-default',
      'falcon-default',
      'falcon-new-architecture',
    ],
    ...['gemma2-default', 'gemma3_text-default', 'gpt2-default', 'gpt_neox-default', 'gpt_oss-default'],
    ...[
      'gptj-default',
      'granite-default',
      'llama-default',
      'llama-sequence-classification',
      'mixtral-default',
    ],
    ...['olmo2-default', 'opt-default', 'opt-unusual', 'phi-default', 'qwen3-default'],
  ],
};

/** An input that every one of them can read. */
export const familyTokens: readonly number[] = [26, 5, 7, 57, 31, 34, 13];

/** The target's position: in the middle of what an encoder reads, at the end of what a decoder reads. */
export function familyPosition(model: Model): number | undefined {
  if (model.task === 'sequence-classification') return undefined;
  return model.architecture.causal ? familyTokens.length - 1 : 3;
}

/** A test for each family, of one method. */
export function testFamilies(
  method: string,
  check: (found: Attribution, model: Model) => void | Promise<void>,
  options: Readonly<Record<string, unknown>> = {},
): void {
  const { encoders, decoders } = attentionFamilies;
  suite(`${method} of every family`, () => {
    for (const name of [...encoders, ...decoders]) {
      test(name, async () => {
        await using model = await openFixture(name);
        await check(await explainFamily(model, method, options), model);
      });
    }
  });
}

/** A method's answer about the common input. */
export function explainFamily(
  model: Model,
  method: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Attribution> {
  const position = familyPosition(model);
  return explain(
    model,
    { tokenIds: familyTokens },
    {
      ...{ method, options, special: true, verdict: 'off' },
      target: position === undefined ? 'logit: #0' : parseTarget('logit: #20', { position }),
    },
  );
}

import { componentOf, isRecord } from './component.js';
import { describeModel } from './model-description.js';
import { declareTokens, withIds } from './special-tokens.js';
import { makeTemplate, surroundingTemplate } from './template.js';
import type { TokenizerDescription, TokenizerSources } from './tokenizer-description.js';
import { readTokenizerJson, readTokenizerLines } from './tokenizer-files.js';

/**
 * GPT-2's tokenizer from the vocabulary and merges in tokenizer.json, or in vocab.json and merges.txt. As in transformers
 * 5 (models/gpt2/tokenization_gpt2.py) `add_prefix_space` comes from tokenizer_config.json.
 * @throws PellucidError `bad-checkpoint`
 */
export async function gpt2Tokenizer(sources: TokenizerSources): Promise<TokenizerDescription | undefined> {
  const { config, tokenizer } = sources;
  const found = await vocabularyOf(sources);
  if (!found) return undefined;
  const model = describeModel({ type: 'BPE', ...found }, found.file);
  const end = '<|endoftext|>';
  const { tokens, named } = declareTokens({
    ...sources.declarations,
    defaults: { unk: end, bos: end, eos: end },
  });
  const addedTokens = withIds(tokens, model.vocabulary);
  const idOf = (name: 'bos' | 'eos', wanted: unknown): number | undefined =>
    wanted === true ? addedTokens.find(({ content }) => content === named.get(name))?.id : undefined;
  const processor = componentOf(tokenizer?.post_processor, 'post_processor');
  return {
    model,
    normalizer: null,
    preTokenizer: { type: 'ByteLevel', add_prefix_space: config.add_prefix_space ?? false },
    decoder: { type: 'ByteLevel' },
    template: tokenizer
      ? makeTemplate(processor)
      : surroundingTemplate(idOf('bos', config.add_bos_token), idOf('eos', config.add_eos_token)),
    addedTokens,
    named,
  };
}

async function vocabularyOf({
  files,
  tokenizer,
}: TokenizerSources): Promise<{ vocab: unknown; merges: unknown; file: string } | undefined> {
  if (tokenizer) {
    const model = isRecord(tokenizer.model) ? tokenizer.model : {};
    return { vocab: model.vocab, merges: model.merges, file: 'tokenizer.json' };
  }
  const vocab = await readTokenizerJson(files, 'vocab.json');
  const lines = await readTokenizerLines(files, 'merges.txt');
  if (!vocab || !lines) return undefined;
  return { vocab, merges: lines.filter((line) => !line.startsWith('#version')), file: 'vocab.json' };
}

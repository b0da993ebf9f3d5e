import { PellucidError } from '../../errors.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { bertTokenizer } from './bert-tokenizer.js';
import { componentOf } from './component.js';
import { gpt2Tokenizer } from './gpt2-tokenizer.js';
import { describeModel } from './model-description.js';
import { declareTokens, listedTokens, withIds } from './special-tokens.js';
import { makeTemplate } from './template.js';
import type { TokenizerClass, TokenizerDescription, TokenizerSources } from './tokenizer-description.js';
import { readTokenizerJson } from './tokenizer-files.js';

/** Classes of transformers 5 that build their tokenizer from the vocabulary and flags, whatever tokenizer.json says. */
const classes: Readonly<Record<string, TokenizerClass>> = {
  BertTokenizer: bertTokenizer,
  DistilBertTokenizer: bertTokenizer,
  GPT2Tokenizer: gpt2Tokenizer,
  MobileBertTokenizer: bertTokenizer,
};

/** The model types whose tokenizer is one of these where no file names it (TOKENIZER_MAPPING_NAMES). */
const modelTypes: Readonly<Record<string, readonly string[]>> = {
  BertTokenizer: [
    'bert',
    'convbert',
    'distilbert',
    'electra',
    'ernie',
    'layoutlm',
    'megatron-bert',
    'mobilebert',
    'nezha',
    'nomic_bert',
    'qdqbert',
    'realm',
    'retribert',
    'squeezebert',
  ],
  GPT2Tokenizer: ['codegen', 'gpt2', 'gpt_neo', 'gptj', 'opt', 'phi', 'starcoder2'],
};

/**
 * Reads a checkpoint's tokenizer with the choices of Python's `AutoTokenizer` (transformers 5): the class named in
 * tokenizer_config.json, else in config.json, else the one of the model type.
 * @throws PellucidError `not-found` when the checkpoint has no tokenizer, `unsupported` or `bad-checkpoint`.
 */
export async function describeTokenizer(
  files: CheckpointFiles,
  modelType: string,
): Promise<TokenizerDescription> {
  const tokenizer = await readTokenizerJson(files, 'tokenizer.json');
  const config = (await readTokenizerJson(files, 'tokenizer_config.json')) ?? {};
  const specialTokensMap = await readTokenizerJson(files, 'special_tokens_map.json');
  const addedTokens = await readTokenizerJson(files, 'added_tokens.json');
  const declarations = { config, specialTokensMap, addedTokens, listed: tokenizer?.added_tokens };
  const sources: TokenizerSources = { files, tokenizer, config, declarations };

  const named = config.tokenizer_class ?? (await readTokenizerJson(files, 'config.json'))?.tokenizer_class;
  const className =
    typeof named === 'string'
      ? named.replace(/Fast$/, '')
      : Object.keys(modelTypes).find((name) => modelTypes[name]!.includes(modelType));
  const byClass = className === undefined ? undefined : classes[className];
  const description = (await byClass?.(sources)) ?? (tokenizer && fromTokenizerJson(tokenizer, sources));
  if (description) return description;
  throw missing(files, className);
}

/** A tokenizer exactly as its `tokenizer.json` has it, with the special tokens that tokenizer_config.json adds. */
function fromTokenizerJson(
  tokenizer: Record<string, unknown>,
  sources: TokenizerSources,
): TokenizerDescription {
  const model = describeModel(tokenizer.model, 'tokenizer.json');
  const { tokens, named } = declareTokens({ ...sources.declarations, defaults: {} });
  return {
    model,
    normalizer: componentOf(tokenizer.normalizer, 'normalizer'),
    preTokenizer: componentOf(tokenizer.pre_tokenizer, 'pre_tokenizer'),
    decoder: componentOf(tokenizer.decoder, 'decoder'),
    template: makeTemplate(componentOf(tokenizer.post_processor, 'post_processor')),
    addedTokens: withIds(tokens, model.vocabulary, listedTokens(tokenizer.added_tokens)),
    named,
  };
}

function missing(files: CheckpointFiles, className: string | undefined): PellucidError {
  const pieces = files.names.find((name) => /\.spm$|^sentencepiece\.bpe\.model$/.test(name));
  if (pieces?.endsWith('.spm') || (pieces !== undefined && className === 'M2M100Tokenizer')) {
    // Python has no fast tokenizer for these, and so writes no tokenizer.json.
    return new PellucidError(
      'unsupported',
      `${files.id} has its tokenizer only as SentencePiece files (${pieces}), which are not read: put its config.json and ` +
        'weights alone into a folder, open that, and give token ids.',
    );
  }
  const other = files.names.find((name) =>
    /(\.model|\.tiktoken|tekken\.json|^vocab\.(txt|json))$/.test(name),
  );
  const convert =
    'convert it once in Python with AutoTokenizer.from_pretrained(…).save_pretrained(folder), which writes tokenizer.json';
  if (other !== undefined) {
    const kind = className === undefined ? '' : ` for a ${className}`;
    return new PellucidError(
      'unsupported',
      `${files.id} has its tokenizer only as ${other}${kind}, which is not supported: ${convert}`,
    );
  }
  return new PellucidError(
    'not-found',
    `${files.id} has no tokenizer: neither tokenizer.json, nor vocab.txt, nor vocab.json with merges.txt`,
  );
}

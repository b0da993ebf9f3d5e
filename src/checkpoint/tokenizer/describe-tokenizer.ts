import { PellucidError } from '../../errors.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { bertTokenizer } from './bert-tokenizer.js';
import { componentOf } from './component.js';
import { gpt2Tokenizer } from './gpt2-tokenizer.js';
import { llamaTokenizers } from './llama-tokenizers.js';
import { describeModel } from './model-description.js';
import { m2m100Tokenizer, marianTokenizer } from './sentencepiece-tokenizers.js';
import { declareTokens, listedTokens, withIds } from './special-tokens.js';
import { makeTemplate } from './template.js';
import type { TokenizerClass, TokenizerDescription, TokenizerSources } from './tokenizer-description.js';
import { readTokenizerJson } from './tokenizer-files.js';
import { unigramTokenizers } from './unigram-tokenizers.js';

/** Classes of transformers 5 that build their tokenizer from the vocabulary and flags, whatever tokenizer.json says. */
const classes: Readonly<Record<string, TokenizerClass>> = {
  BertTokenizer: bertTokenizer,
  DistilBertTokenizer: bertTokenizer,
  GPT2Tokenizer: gpt2Tokenizer,
  M2M100Tokenizer: m2m100Tokenizer,
  MarianTokenizer: marianTokenizer,
  ...llamaTokenizers,
  ...unigramTokenizers,
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
  M2M100Tokenizer: ['m2m_100'],
  MarianTokenizer: ['marian'],
  AlbertTokenizer: ['albert'],
  GemmaTokenizer: ['gemma', 'gemma2', 'gemma3_text'],
  CamembertTokenizer: ['camembert'],
  DebertaV2Tokenizer: ['deberta-v2'],
  MBartTokenizer: ['mbart'],
  PegasusTokenizer: ['pegasus'],
  T5Tokenizer: ['mt5', 't5'],
  XLMRobertaTokenizer: ['xlm-roberta'],
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
  const byClass = className === undefined ? undefined : classOf(className, modelType);
  const description = (await byClass?.(sources)) ?? (tokenizer && fromTokenizerJson(tokenizer, sources));
  if (description) return description;
  throw missing(files, className);
}

/** Of other model types than its own AutoTokenizer passes over the class Llama, and builds a general one. */
function classOf(className: string, modelType: string): TokenizerClass | undefined {
  if (className === 'LlamaTokenizer' && modelType !== 'llama') return undefined;
  if (className === 'GemmaTokenizer' && !modelTypes.GemmaTokenizer!.includes(modelType)) return undefined;
  return Object.hasOwn(classes, className) ? classes[className] : undefined;
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

/** The files of classes that Python has no tokenizer.json for. */
const filesOf: Readonly<Record<string, readonly string[] | undefined>> = {
  M2M100Tokenizer: ['sentencepiece.bpe.model', 'vocab.json'],
  MarianTokenizer: ['source.spm', 'target.spm', 'vocab.json'],
};

function missing(files: CheckpointFiles, className: string | undefined): PellucidError {
  const parts = className === undefined ? undefined : filesOf[className];
  const lost = parts?.filter((name) => !files.names.includes(name)) ?? [];
  if (parts && lost.length > 0 && lost.length < parts.length) {
    return new PellucidError(
      'not-found',
      `the tokenizer of ${files.id} is made of ${parts.join(', ')}, and it lacks ${lost.join(' and ')}`,
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

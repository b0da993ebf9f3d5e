import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ChatMessage } from '../checkpoint/index.js';
import type { ModelInput } from '../model/index.js';
import { stacks } from '../model/stacks.js';
import { usageError } from './failure.js';

/** Options of every command that runs a model. */
export interface InputOptions {
  readonly model?: string;
  readonly adapter?: string;
  readonly weights?: 'int8';
  readonly revision?: string;
  readonly pair?: string;
  readonly tokenIds?: readonly number[];
  readonly targetText?: string;
  readonly decoderTokenIds?: readonly number[];
  readonly chat?: readonly ChatMessage[];
  readonly system?: string;
  readonly truncate?: boolean;
  readonly offline?: boolean;
  readonly quiet?: boolean;
}

/** Models that are used where none is named: one that predicts what comes next, one that fills in `[MASK]`. */
export const defaultModel = 'pellucid-gpt2';
const defaultMaskedModel = 'pellucid-bert';

/** Adds the text and the options that choose model and input. */
export function addInputOptions(command: Command): Command {
  return command
    .argument('[text]', 'the text that the model reads')
    .addOption(
      new Option(
        '-m, --model <id|folder>',
        `bundled model, folder, or model on the Hugging Face Hub (default: ${defaultModel}, or ${defaultMaskedModel} for a text with [MASK])`,
      ),
    )
    .option('--adapter <folder>', 'put a low-rank adapter (PEFT) on the model')
    .addOption(
      new Option(
        '--weights <kind>',
        'int8: round the weights to 8 bits, for less memory; approximate',
      ).choices(['int8']),
    )
    .option('--revision <name>', 'branch, tag or commit of a model on the Hub')
    .option('--pair <text>', 'second text, for models that read pairs')
    .option('--token-ids <ids>', 'token ids in place of a text, e.g. 1,2,3', parseTokenIds)
    .option('--target-text <text>', 'the target so far, for models with an encoder and a decoder')
    .option(
      '--decoder-token-ids <ids>',
      'token ids in place of --target-text, start token included',
      parseTokenIds,
    )
    .option(
      '--chat <json>',
      'messages in place of a text, [{"role": "user", "content": "Hi"}], or @file that holds them',
      parseChat,
    )
    .option('--system <text>', 'what the model is told before the text or the messages, by its chat template')
    .option('--truncate', 'cut a text that is longer than the context')
    .option('--offline', 'use no network, only what is bundled, cached or in a folder')
    .option('-q, --quiet', 'print no progress, notes or hints');
}

/** What the model reads. Throws a usage error when there is no input, or two. */
export function readInput(text: string | undefined, options: InputOptions): ModelInput {
  const { tokenIds, pair, targetText, decoderTokenIds, chat, system } = options;
  if (targetText !== undefined && decoderTokenIds !== undefined)
    throw usageError('give --target-text or --decoder-token-ids, not both');
  const target = {
    ...(targetText === undefined ? {} : { targetText }),
    ...(decoderTokenIds === undefined ? {} : { decoderTokenIds }),
  };
  if (chat !== undefined || system !== undefined) {
    if (pair !== undefined || tokenIds !== undefined) {
      throw usageError('--chat and --system go with neither --pair nor --token-ids');
    }
    if ((text === undefined) === (chat === undefined))
      throw usageError('give a text or --chat, one of the two');
    const before = system === undefined ? [] : [{ role: 'system', content: system }];
    return { ...target, messages: [...before, ...(chat ?? [{ role: 'user', content: text! }])] };
  }
  if (tokenIds !== undefined) {
    if (text !== undefined || pair !== undefined) {
      throw usageError('give a text or --token-ids, not both');
    }
    return { tokenIds, ...target };
  }
  if (text === undefined) throw usageError('a text is missing; give one in quotes, or --token-ids 1,2,3');
  const plain = pair === undefined && Object.keys(target).length === 0;
  return plain ? text : { text, ...(pair === undefined ? {} : { pair }), ...target };
}

/** The model that is named, or the bundled one that suits the text. */
export function modelName(text: string | undefined, options: InputOptions): string {
  const masked = [text, options.pair].some((part) => part?.includes('[MASK]'));
  return options.model ?? (masked ? defaultMaskedModel : defaultModel);
}

/** Reads messages: JSON, or `@` and the file that holds it. */
export function parseChat(value: string): ChatMessage[] {
  let text = value;
  if (value.startsWith('@')) {
    try {
      text = readFileSync(value.slice(1), 'utf8');
    } catch {
      throw new InvalidArgumentError(`The file ${value.slice(1)} cannot be read.`);
    }
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('It is not JSON.');
  }
  if (Array.isArray(parsed)) return parsed as ChatMessage[];
  throw new InvalidArgumentError('It must be a list of messages.');
}

/** Reads token ids, separated by commas or spaces. */
export function parseTokenIds(value: string): number[] {
  const ids = value.split(/[\s,]+/).filter((part) => part !== '');
  const wrong = ids.find((id) => !/^\d{1,9}$/.test(id));
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is not a token id.`);
  return ids.map(Number);
}

/** Adds the choice of an attention in a model with an encoder and a decoder. */
export function addStackOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--stack <name>',
      'of a model with an encoder and a decoder: the attention within one, or between them (default: cross)',
    ).choices(stacks),
  );
}

/** Reads a number that counts from 0. */
export function parseIndex(value: string): number {
  if (!/^\d{1,9}$/.test(value))
    throw new InvalidArgumentError('It is counted from 0: give 0, 1, 2 and so on.');
  return Number(value);
}

/** Reads any finite number. */
export function parseNumber(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('It must be a number.');
  return number;
}

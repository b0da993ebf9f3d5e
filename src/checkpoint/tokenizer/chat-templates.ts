import { PellucidError } from '../../errors.js';
import type { CheckpointFiles } from '../checkpoint-files.js';
import { isRecord } from './component.js';
import { readTokenizerJson, readTokenizerText } from './tokenizer-files.js';

/** The chat templates of a checkpoint by their names; most have one, `default`. */
export type ChatTemplates = ReadonlyMap<string, string>;

/**
 * Reads a checkpoint's chat templates: `chat_template.jinja`, which comes before `chat_template` in
 * tokenizer_config.json (a text, or a list of named ones), which comes before `chat_template.json`.
 * @throws PellucidError `bad-checkpoint` when one is malformed.
 */
export async function readChatTemplates(files: CheckpointFiles): Promise<ChatTemplates> {
  const config = await readTokenizerJson(files, 'tokenizer_config.json');
  const old = await readTokenizerJson(files, 'chat_template.json');
  const templates = new Map<string, string>();
  for (const found of [old?.chat_template, config?.chat_template]) {
    if (found === undefined || found === null) continue;
    templates.clear();
    for (const [name, template] of namedTemplates(found, files.id)) templates.set(name, template);
  }
  const own = await readTokenizerText(files, 'chat_template.jinja');
  if (own !== undefined) templates.set('default', own);
  return templates;
}

function namedTemplates(found: unknown, id: string): [string, string][] {
  if (typeof found === 'string') return [['default', found]];
  const list = Array.isArray(found) ? found : [];
  const named = list.flatMap((entry: unknown): [string, string][] => {
    const { name, template } = isRecord(entry) ? entry : {};
    return typeof name === 'string' && typeof template === 'string' ? [[name, template]] : [];
  });
  if (named.length > 0 && named.length === list.length) return named;
  throw new PellucidError(
    'bad-checkpoint',
    `The "chat_template" of ${id} is neither a text nor a list of templates with names.`,
  );
}

/**
 * The template for a chat, by the rules of `get_chat_template` in transformers: the one that is asked for by name or given
 * as a text, else `tool_use` where there are tools, else `default`.
 * @throws PellucidError `unsupported` for a checkpoint without, `bad-input` where several have names and none is chosen.
 */
export function chosenTemplate(
  templates: ChatTemplates,
  wanted: string | undefined,
  hasTools: boolean,
  id: string,
): string {
  if (wanted !== undefined) return templates.get(wanted) ?? wanted;
  const found = (hasTools ? templates.get('tool_use') : undefined) ?? templates.get('default');
  if (found !== undefined) return found;
  if (templates.size === 0) {
    throw new PellucidError(
      'unsupported',
      `${id} has no chat template, so it cannot read messages: give a text, or a template with the option template.`,
    );
  }
  throw new PellucidError(
    'bad-input',
    `${id} has several chat templates: choose ${[...templates.keys()].join(' or ')} with the option template.`,
  );
}

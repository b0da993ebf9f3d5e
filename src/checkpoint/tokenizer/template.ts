import { PellucidError } from '../../errors.js';
import { type Component, flag, isRecord, listOf, wrong } from './component.js';

/** Where the user's texts and the tokens that the model wants around them stand in the model's input. */
export interface Template {
  readonly single: readonly TemplateItem[];
  readonly pair: readonly TemplateItem[];
  /** Offsets of byte-level tokens leave out the spaces at both ends (RoBERTa). */
  readonly trimsOffsets: boolean;
  /** With `trimsOffsets`: the text's first token began with a space that the tokenizer put there. */
  readonly addsPrefixSpace: boolean;
}

/** The first (0) or second (1) text, or special tokens; `typeId` is the model's `token_type_ids` for them. */
export type TemplateItem =
  | { readonly text: 0 | 1; readonly typeId: number }
  | { readonly ids: readonly number[]; readonly typeId: number };

/** Just the texts, one after the other. */
export const plainTemplate: Template = {
  single: [{ text: 0, typeId: 0 }],
  pair: [
    { text: 0, typeId: 0 },
    { text: 1, typeId: 1 },
  ],
  trimsOffsets: false,
  addsPrefixSpace: false,
};

/** BERT's: `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, the second text being of type 1. */
export function bertTemplate(cls: number, sep: number): Template {
  const single: TemplateItem[] = [
    { ids: [cls], typeId: 0 },
    { text: 0, typeId: 0 },
    { ids: [sep], typeId: 0 },
  ];
  const second: TemplateItem[] = [
    { text: 1, typeId: 1 },
    { ids: [sep], typeId: 1 },
  ];
  return { ...plainTemplate, single, pair: [...single, ...second] };
}

/** Surrounds each text with the given tokens; either may be missing. */
export function surroundingTemplate(before: number | undefined, after: number | undefined): Template {
  const around = (text: 0 | 1): TemplateItem[] => [
    ...(before === undefined ? [] : [{ ids: [before], typeId: text }]),
    { text, typeId: text },
    ...(after === undefined ? [] : [{ ids: [after], typeId: text }]),
  ];
  return { ...plainTemplate, single: around(0), pair: [...around(0), ...around(1)] };
}

/**
 * The template that a `tokenizer.json` describes.
 * @param component `post_processor` of the file, null for none
 * @throws PellucidError `unsupported` for a type that is not known, `bad-checkpoint` for a malformed one.
 */
export function makeTemplate(component: Component | null): Template {
  if (component === null) return plainTemplate;
  switch (component.type) {
    case 'Sequence':
      return combined(listOf(component, 'processors').map(makeTemplate));
    case 'ByteLevel':
      return { ...plainTemplate, ...trimming(component) };
    case 'BertProcessing':
      return bertTemplate(pairedId(component, 'cls'), pairedId(component, 'sep'));
    case 'RobertaProcessing':
      return {
        ...robertaTemplate(pairedId(component, 'cls'), pairedId(component, 'sep')),
        ...trimming(component),
      };
    case 'TemplateProcessing':
      return {
        ...plainTemplate,
        single: itemsOf(component, 'single'),
        pair: itemsOf(component, 'pair'),
      };
    default:
      throw new PellucidError(
        'unsupported',
        `tokenizer.json has a post-processor of type "${component.type}", which is not supported`,
      );
  }
}

function robertaTemplate(cls: number, sep: number): Template {
  const single: TemplateItem[] = [
    { ids: [cls], typeId: 0 },
    { text: 0, typeId: 0 },
    { ids: [sep], typeId: 0 },
  ];
  const second: TemplateItem[] = [
    { ids: [sep], typeId: 0 },
    { text: 1, typeId: 0 },
    { ids: [sep], typeId: 0 },
  ];
  return { ...plainTemplate, single, pair: [...single, ...second] };
}

function trimming(component: Component): Pick<Template, 'trimsOffsets' | 'addsPrefixSpace'> {
  return {
    trimsOffsets: flag(component, 'trim_offsets', true),
    addsPrefixSpace: flag(component, 'add_prefix_space', true),
  };
}

/** Post-processors in a row: at most one of them puts tokens in. */
function combined(parts: readonly Template[]): Template {
  const placing = parts.filter((part) => part.single.length > 1 || part.pair.length > 2);
  if (placing.length > 1) {
    throw new PellucidError('unsupported', 'tokenizer.json has several post-processors that add tokens');
  }
  const trims = parts.find((part) => part.trimsOffsets);
  return {
    ...(placing[0] ?? plainTemplate),
    trimsOffsets: trims !== undefined,
    addsPrefixSpace: trims?.addsPrefixSpace ?? false,
  };
}

function pairedId(component: Component, setting: string): number {
  const value = component[setting];
  const id: unknown = Array.isArray(value) ? value[1] : undefined;
  if (typeof id !== 'number') throw wrong(component, setting, 'a token and its id');
  return id;
}

function itemsOf(component: Component, setting: 'single' | 'pair'): TemplateItem[] {
  const items = component[setting];
  if (!Array.isArray(items)) throw wrong(component, setting, 'a list');
  const found = items.map((item: unknown): TemplateItem => {
    const { SpecialToken: token, Sequence: sequence } = isRecord(item) ? item : {};
    if (isRecord(sequence)) return { text: sequence.id === 'B' ? 1 : 0, typeId: typeIdOf(sequence) };
    if (!isRecord(token)) throw wrong(component, setting, 'made of "Sequence" and "SpecialToken"');
    const known = isRecord(component.special_tokens) ? component.special_tokens[String(token.id)] : undefined;
    const ids: unknown = isRecord(known) ? known.ids : undefined;
    if (!Array.isArray(ids) || !ids.every((id) => Number.isInteger(id))) {
      throw wrong(
        component,
        setting,
        `made of tokens listed in "special_tokens" (${String(token.id)} is not)`,
      );
    }
    return { ids, typeId: typeIdOf(token) };
  });
  const texts = found.flatMap((item) => ('text' in item ? [item.text] : []));
  if (texts.join() !== (setting === 'single' ? '0' : '0,1')) {
    throw wrong(component, setting, 'a template in which each text stands once, in order');
  }
  return found;
}

function typeIdOf(item: Record<string, unknown>): number {
  return Number.isInteger(item.type_id) ? (item.type_id as number) : 0;
}

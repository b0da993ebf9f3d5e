import { distance } from 'fastest-levenshtein';
import type { Tokenizer } from '../checkpoint/index.js';
import { PellucidError } from '../errors.js';
import type { Token } from '../tensor/index.js';
import type { Answerer } from './predictions.js';
import type { Target, TargetAnswer } from './target.js';

/** Where answers are looked up. */
export interface AnswerNames {
  readonly model: string;
  readonly answerer: Answerer;
  readonly tokenizer: Tokenizer;
  /** How many answers the head tells apart. */
  readonly count: number;
}

/**
 * The id of an answer: of a label by its name, of a token by the text that is exactly this token, as given, with a
 * space before it, or as the vocabulary spells it (`##ing`). `#17` and 17 are ids.
 * @throws PellucidError `bad-input` for a text of several tokens (they are listed), `not-found` for an unknown label or id.
 */
export function answerId(answer: TargetAnswer, names: AnswerNames): number {
  const written = typeof answer === 'string' ? /^#(\d+)$/.exec(answer.trim())?.[1] : String(answer);
  if (written !== undefined) return checkedId(Number(written), names);
  return isVocabulary(names.answerer) ? tokenId(answer as string, names) : labelId(answer as string, names);
}

/** Whether a head answers with tokens; else it answers with labels. */
export function isVocabulary({ task }: Answerer): boolean {
  return task === 'causal-lm' || task === 'masked-lm';
}

function checkedId(id: number, { model, count }: AnswerNames): number {
  if (Number.isInteger(id) && id >= 0 && id < count) return id;
  throw new PellucidError('not-found', `${model} has no answer #${id}: its ids go from 0 to ${count - 1}.`);
}

function labelId(label: string, { model, answerer: { labels } }: AnswerNames): number {
  const wanted = label.trim();
  const exact = labels.indexOf(wanted);
  if (exact >= 0) return exact;
  const alike = [...labels.keys()].filter((id) => labels[id]!.toLowerCase() === wanted.toLowerCase());
  if (alike.length === 1) return alike[0]!;
  const known = labels.toSorted((a, b) => distance(a, wanted) - distance(b, wanted)).slice(0, 5);
  const more = labels.length > known.length ? ', …' : '';
  const list = known.map((name) => `"${name}"`).join(', ');
  throw new PellucidError('not-found', `${model} has no label "${wanted}"; its labels are ${list}${more}.`);
}

function tokenId(text: string, names: AnswerNames): number {
  const { tokenizer } = names;
  const unknown = tokenizer.specialIds.unk;
  const pieces = (wanted: string) => tokenizer.encode(wanted, { addSpecialTokens: false });
  const given = pieces(text);
  for (const tokens of [given, pieces(` ${text}`)]) {
    const only = tokens.length === 1 ? tokens[0]! : undefined;
    if (only && (only.id !== unknown || only.piece === text)) return checkedId(only.id, names);
  }
  const spelled = tokenizer.tokenId(text);
  if (spelled !== undefined) return checkedId(spelled, names);
  if (given.some(({ id }) => id === unknown) || given.length === 0) {
    throw new PellucidError('not-found', `"${text}" is not in the vocabulary of ${names.model}.`);
  }
  const list = given.map((token) => `"${token.text}" (#${token.id})`).join(', ');
  throw new PellucidError(
    'bad-input',
    `"${text}" is not one token of ${names.model} but ${given.length}: ${list}; name one of them${names.answerer.task === 'causal-lm' ? ', or take the target "continuation", for two texts "contrast-continuation"' : ''}.`,
  );
}

/**
 * The position at which a target is read; null where the model answers for the whole text.
 * @throws PellucidError `bad-input` for a position outside the text, or where there is none by default.
 */
export function targetPosition(
  { position }: Target,
  tokens: readonly Token[],
  { answerer, tokenizer }: AnswerNames,
): number | null {
  const { task } = answerer;
  const last = tokens.length - 1;
  if (task === 'sequence-classification') {
    if (position === undefined) return null;
    throw new PellucidError('bad-input', 'A classifier of whole texts answers once: leave the position out.');
  }
  if (position === 'last' || (position === undefined && task === 'causal-lm')) return last;
  if (typeof position === 'number') {
    const found = position < 0 ? position + tokens.length : position;
    if (Number.isInteger(found) && found >= 0 && found <= last) return found;
    const range = `which has ${tokens.length} tokens (0 to ${last})`;
    throw new PellucidError('bad-input', `Position ${position} of the target is outside the text, ${range}.`);
  }
  if (position === undefined && task !== 'masked-lm') {
    throw new PellucidError(
      'bad-input',
      'This model answers at every token: give the position of the target.',
    );
  }
  const masks = [...tokens.keys()].filter((i) => tokens[i]!.id === tokenizer.specialIds.mask);
  if (masks.length === 1) return masks[0]!;
  const found = masks.length === 0 ? 'no mask token' : `mask tokens at positions ${masks.join(', ')}`;
  throw new PellucidError('bad-input', `The text has ${found}: give the position of the target.`);
}

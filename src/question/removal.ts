import { PellucidError } from '../errors.js';
import type { Model } from '../model/index.js';
import { type EmbeddingOfEach, meanEmbedding, tokenEmbedding } from './embeddings.js';

/** Parts that a token of the vocabulary can play when it stands in for another. */
const standIns = ['mask', 'pad', 'unk', 'eos', 'bos', 'sep', 'cls'] as const;
type StandIn = (typeof standIns)[number];

/** Ways to take a feature away. */
export const removals = [...standIns, 'zero', 'mean', 'hide', 'delete'] as const;

/**
 * How a feature is taken away. By another embedding in its place, positions unchanged: that of a special token
 * (`mask`, `pad`, `unk`, `eos` …) or of a token id (`#17`), `zero`, or the `mean` of the whole vocabulary. Or without one:
 * `hide` keeps its place but lets no other token look at it; `delete` leaves it out, and what follows moves up.
 */
export type Removal = (typeof removals)[number] | `#${number}`;

/** A removal that is known to be possible with a model. */
export interface KnownRemoval {
  readonly name: Removal;
  /** For people: "the embedding of [MASK]". */
  readonly description: string;
  /** What takes the place of an embedding in each sequence that the model reads; undefined for `hide` and `delete`. */
  readonly embeddings: EmbeddingOfEach | undefined;
}

/**
 * By default the mask token, which models that have one know as "a word is missing here"; else zero. The end token that
 * decoders have begins another text for them: everything before it would be taken away with the feature.
 *
 * @throws PellucidError `bad-input` where the model lacks the token, `not-found` for an unknown name or id. */
export async function resolveRemoval(
  model: Model,
  wanted: Removal | undefined,
  signal?: AbortSignal,
): Promise<KnownRemoval> {
  const { specialIds } = model.tokenizer;
  const name = wanted ?? (specialIds.mask === undefined ? 'zero' : 'mask');
  switch (name) {
    case 'hide':
      return { name, description: 'hidden from all other tokens', embeddings: undefined };
    case 'delete':
      return { name, description: 'left out of the text', embeddings: undefined };
    case 'zero':
      return {
        name,
        description: 'an embedding of zeros',
        embeddings: (await tokenEmbedding(model, 0, signal)).map(({ length }) => new Float32Array(length)),
      };
    case 'mean': {
      const embeddings = await meanEmbedding(model, signal);
      return { name, description: 'the mean embedding of the vocabulary', embeddings };
    }
    default: {
      const id = tokenIdOf(model, name);
      const piece = model.tokenizer.readable(id);
      const embeddings = await tokenEmbedding(model, id, signal);
      return { name, description: `the embedding of ${JSON.stringify(piece)}`, embeddings };
    }
  }
}

function tokenIdOf(model: Model, name: StandIn | `#${number}`): number {
  const { specialIds } = model.tokenizer;
  const { vocabularySize } = model.dimensions;
  if (name.startsWith('#')) {
    const id = Number(name.slice(1));
    if (/^#\d+$/.test(name) && id < vocabularySize) return id;
    throw new PellucidError(
      'not-found',
      `${model.id} has no token ${name}: its ids go from 0 to ${vocabularySize - 1}.`,
    );
  }
  if (!(standIns as readonly string[]).includes(name)) {
    throw new PellucidError(
      'not-found',
      `Features cannot be taken away by "${name}"; give one of ${removals.join(', ')}, or a token id such as #17.`,
    );
  }
  const id = specialIds[name as StandIn];
  if (id !== undefined) return id;
  const has = standIns.filter((part) => specialIds[part] !== undefined);
  throw new PellucidError(
    'bad-input',
    `${model.id} has no ${name} token to put in a feature's place; use ${[...has, 'zero', 'mean', 'hide', 'delete'].join(', ')}.`,
  );
}

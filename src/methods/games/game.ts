import type { Coalition } from '../../question/index.js';

/**
 * A cooperative game: players (the features) and what each coalition of them is worth (the target). All that the
 * methods here know of a model.
 */
export interface Game {
  /** How many players there are. */
  readonly size: number;
  /** What each coalition is worth, in order. */
  values(coalitions: readonly Coalition[]): Promise<Float64Array>;
  /** Is told how many coalitions will still be asked for, at most, where that is done in parts. */
  expect?(coalitions: number): void;
}

/** How a game's worth was shared out. */
export interface Shares {
  /** One for each player. */
  readonly scores: Float64Array;
  /** Standard error of each; undefined where nothing was sampled. */
  readonly standardError: Float64Array | undefined;
  /** What all players together are worth, and none. */
  readonly full: number;
  readonly empty: number;
  /** How it was done, for people: what was sampled, where it switched to another way. */
  readonly note: string;
}

/** What all players together are worth, and what none is. */
export async function extremes(game: Game): Promise<{ full: number; empty: number }> {
  const [full, empty] = await game.values([new Uint8Array(game.size).fill(1), new Uint8Array(game.size)]);
  return { full: full!, empty: empty! };
}

/** Coalitions that a fit is made of, where nothing else is said. */
export function defaultSamples(size: number): number {
  return 512 + 2 * size;
}

/** The coalition whose members are the bits of a number. */
export function coalitionOf(bits: number, size: number): Coalition {
  return Uint8Array.from({ length: size }, (_, i) => (bits >> i) & 1);
}

/** Everyone who is not in the coalition. */
export function complement(coalition: Coalition): Coalition {
  return coalition.map((present) => 1 - present);
}

/** How many members a coalition has. */
export function membersOf(coalition: Coalition): number {
  return coalition.reduce((sum, present) => sum + present, 0);
}

/** Counts for people: 1,575. */
export function counted(count: number): string {
  return count.toLocaleString('en-US');
}

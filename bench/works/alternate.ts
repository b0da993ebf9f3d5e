/** One contender's turn: so many measurements. */
export type Turn = (repetitions: number) => Promise<readonly number[]>;

/** How often contenders take turns, and how much each does in a turn. */
export interface Rounds {
  readonly rounds: number;
  readonly repetitions: number;
  /** How often each does it first, for nothing; half of a turn, at least 2, where it is left out. */
  readonly warmUp?: number;
}

/**
 * Lets contenders take turns and reverses their order at every round, so that what disturbs the machine meets all of
 * them alike. One turn each before counts for nothing: caches fill, code gets compiled.
 */
export async function alternate(
  turns: readonly Turn[],
  { rounds, repetitions, warmUp = Math.max(2, Math.ceil(repetitions / 2)) }: Rounds,
): Promise<number[][]> {
  const measured = turns.map((): number[] => []);
  if (warmUp > 0) for (const turn of turns) await turn(warmUp);
  for (let round = 0; round < rounds; round++) {
    const order = turns.map((_, i) => (round % 2 === 0 ? i : turns.length - 1 - i));
    for (const i of order) measured[i]!.push(...(await turns[i]!(repetitions)));
  }
  return measured;
}

/** The usual number of rounds, less for a quick look. */
export function scaled(rounds: Rounds, effort: number): Rounds {
  return { ...rounds, rounds: Math.max(1, Math.round(rounds.rounds * effort)) };
}

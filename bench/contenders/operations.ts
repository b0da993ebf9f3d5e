/** What a contender can be asked, with arguments and answer. The peers in `bench/peers` answer the same. */
export interface Operations {
  /** Opens a checkpoint; everything else needs it. `threads` is for peers that do not take all cores by themselves. */
  load(request: { folder: string; threads: number }): null;
  /** Runs the tokens so often, all attention patterns kept; milliseconds of each run. */
  forward(request: ForwardRequest): number[];
  /** Some numbers that two contenders agree on only if they compute the same; see `compareSamples`. */
  sample(request: { tokenIds: readonly number[] }): number[];
  /** Tokenises a text with offsets so often. */
  encode(request: { text: string; repetitions: number }): { milliseconds: number[]; tokenIds: number[] };
}

export interface ForwardRequest {
  readonly tokenIds: readonly number[];
  /** Positions whose logits are returned. */
  readonly logits: 'all' | 'last';
  readonly repetitions: number;
}

/** One line to a contender's standard input. */
export type Request = {
  [Name in keyof Operations]: { operation: Name; argument: Parameters<Operations[Name]>[0] };
}[keyof Operations];

/** One line from its standard output. */
export type Response = { readonly answer: unknown } | { readonly error: string };

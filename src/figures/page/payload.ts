/** How patterns are stored in the page: as they are, or as whole numbers of steps. */
export type Encoding = 'f32' | 'u12' | 'u8';

export type TokenPieces = readonly (readonly [text: string, quiet: boolean])[];

/** Everything the page shows; plain JSON. */
export interface Payload {
  /** Tokens in pieces; quiet pieces stand for whitespace. */
  readonly tokens: readonly TokenPieces[];
  /** The tokens that attend, where they are not the same. */
  readonly destinations?: readonly TokenPieces[];
  /** Names of the layers, in order, e.g. `0`. */
  readonly layers: readonly string[];
  /** Names of the heads, in order; `mean` for an average. */
  readonly heads: readonly string[];
  /** Indices that are shown first. */
  readonly start: { readonly layer: number; readonly head: number };
  /** Whether only the lower triangle (source not after destination) is stored: the rest cannot be attended to. */
  readonly causal: boolean;
  readonly encoding: Encoding;
  /** Value of one step; 1 for `f32`. */
  readonly step: number;
  /**
   * Numbers in the order layer, head, destination, source, in base64: `f32` little-endian, `u12` two in three bytes (the first
   * in the upper bits).
   */
  readonly patterns: string;
  /** 256 colours for values from none to most, as six hexadecimal digits each, for both themes. */
  readonly colors: { readonly light: string; readonly dark: string };
}

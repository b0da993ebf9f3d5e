import type { ConfigReader } from '../config-reader.js';

/** How many heads an attention has, and how wide they are. */
export interface HeadSizes {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headWidth: number;
}

/**
 * The sizes of a decoder's heads: `head_dim`, else what the width gives each of them; `num_key_value_heads`, which is
 * that of the queries where it is null.
 * @param defaults of keys that a config leaves out, where they are not those
 * @throws PellucidError `bad-checkpoint` for sizes that do not fit each other.
 */
export function headSizes(
  config: ConfigReader,
  { width, heads }: { readonly width: number; readonly heads: number },
  defaults: { readonly headWidth?: number; readonly keyValueHeads?: number } = {},
): HeadSizes {
  const fallback = config.value('num_key_value_heads') === null ? heads : (defaults.keyValueHeads ?? heads);
  const keyValueHeads = config.count('num_key_value_heads', fallback);
  config.requireDivisible('num_attention_heads', heads, 'num_key_value_heads', keyValueHeads);
  // Null is not left out: it asks for an even share.
  const own = config.value('head_dim') === null ? undefined : defaults.headWidth;
  if (config.value('head_dim') == null && own === undefined)
    config.requireDivisible('hidden_size', width, 'num_attention_heads', heads);
  const headWidth = config.count('head_dim', own ?? width / heads);
  return { heads, keyValueHeads, headWidth };
}

import { safetensorsPieces } from '../../checkpoint/index.js';
import { gradientOf } from '../../graph/index.js';
import type { Model, Run } from '../../model/index.js';
import { type Tensor, tensor } from '../../tensor/index.js';

/**
 * What a run holds as a safetensors file, piece by piece: one tensor for each hook point under its full name, with
 * `.gradient` behind it for the derivative of the target, and the token ids as `token_ids` (I64 [position]).
 *
 * The metadata say what the numbers are of: `model`, `architecture`, `content_hash`, `text`, `pair`, and as JSON
 * `tokens` (the vocabulary's strings), `token_texts` (as people read them), `offsets` ([start, end) in UTF-16 units, or
 * null), `segments`, of an encoder-decoder `target_text`, `decoder_tokens` and `decoder_token_texts` (and its ids as
 * `decoder_token_ids`), `axes` (the axis names of each tensor), and where there were some
 * `interventions`, `target` (name, answers, position, value) and, of weights in 8 bits, `precision`.
 */
export function activationsFile(run: Run, model: Model, interventions?: string): Iterable<Uint8Array> {
  const { tokens } = run;
  const tensors = new Map<string, Tensor>(run.hooks.map((hook) => [hook, run.activation(hook)]));
  for (const hook of run.gradients) tensors.set(gradientOf(hook), run.gradient(hook));
  const axes: Record<string, readonly string[] | undefined> = Object.fromEntries(
    [...tensors].map(([hook, value]) => [hook, value.axes]),
  );
  const ids = BigInt64Array.from(tokens, ({ id }) => BigInt(id));
  tensors.set('token_ids', tensor('I64', [tokens.length], ids));
  const { decoderTokens } = run;
  if (decoderTokens) {
    const own = BigInt64Array.from(decoderTokens, ({ id }) => BigInt(id));
    tensors.set('decoder_token_ids', tensor('I64', [own.length], own));
    axes.decoder_token_ids = ['position'];
  }
  const { text, pair, targetText = null, architecture, contentHash, precision } = run.subject;
  return safetensorsPieces(tensors, {
    ...{ model: model.id, architecture, content_hash: contentHash },
    ...(precision ? { precision: JSON.stringify(precision) } : {}),
    ...(text === null ? {} : { text }),
    ...(pair === null ? {} : { pair }),
    ...(targetText === null ? {} : { target_text: targetText }),
    ...(decoderTokens
      ? {
          decoder_tokens: JSON.stringify(decoderTokens.map(({ piece }) => piece)),
          decoder_token_texts: JSON.stringify(decoderTokens.map((token) => token.text)),
        }
      : {}),
    tokens: JSON.stringify(tokens.map(({ piece }) => piece)),
    token_texts: JSON.stringify(tokens.map((token) => token.text)),
    offsets: JSON.stringify(tokens.map(({ offsets }) => offsets)),
    segments: JSON.stringify(tokens.map(({ segment }) => segment)),
    axes: JSON.stringify({ ...axes, token_ids: ['position'] }),
    ...(interventions === undefined ? {} : { interventions }),
    ...(run.gradients.length === 0 ? {} : { target: JSON.stringify(run.target) }),
  });
}

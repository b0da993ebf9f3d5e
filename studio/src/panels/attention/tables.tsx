import type { Attention } from 'pellucid/explanations';
import { labelText } from 'pellucid/figures';
import { useState } from 'react';
import { Share } from '../../controls/share.js';
import { useStrings } from '../../state/preferences.js';
import type { pinsOf } from '../../state/use-look.js';
import { quoted } from '../../words.js';

/** Sources that are listed for a token, and pairs of tokens that are listed at all. */
const [mostSources, mostPairs] = [10, 40];

/** Where the pinned tokens look: the numbers of their rows, the largest first. */
export function WhereItLooks({
  one,
  pins,
  shares = true,
}: {
  readonly one: Attention;
  readonly pins: ReturnType<typeof pinsOf>;
  /** Whether the numbers are shares of a whole. */
  readonly shares?: boolean;
}) {
  const strings = useStrings();
  const { tokens, destinationTokens = tokens, values } = one;
  const pinned = [...pins.others, ...(pins.destination === null ? [] : [pins.destination])];
  if (pinned.length === 0) return <p className="hint">{strings.attention.looksHint}</p>;
  return (
    <div className="rows">
      {pinned.map((token) => {
        const row = values.data.subarray(token * tokens.length, (token + 1) * tokens.length);
        const order = [...row.keys()].filter((i) => row[i]! > 0).sort((a, b) => row[b]! - row[a]!);
        return (
          <table key={token}>
            <caption>{strings.attention.looksAt(quoted(destinationTokens[token]!.text))}</caption>
            <thead>
              <tr>
                <th scope="col" className="number">
                  #
                </th>
                <th scope="col">{strings.input.tokens}</th>
                <th scope="col" className="number">
                  {strings.attention.weight}
                </th>
              </tr>
            </thead>
            <tbody>
              {order.slice(0, mostSources).map((i) => (
                <tr key={i}>
                  <td className="number">{i}</td>
                  <th scope="row">
                    <bdi>{quoted(tokens[i]!.text)}</bdi>
                  </th>
                  <td className="number">{shares ? <Share share={row[i]!} /> : row[i]!.toFixed(3)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        );
      })}
    </div>
  );
}

/** The same as the picture in words: its strongest pairs of tokens. */
export function StrongestPairs({ one }: { readonly one: Attention }) {
  const strings = useStrings().attention;
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{strings.asTable}</summary>
      {open && (
        <div className="scrolled">
          <table>
            <caption>{strings.strongestPairs(mostPairs)}</caption>
            <thead>
              <tr>
                <th scope="col">{strings.destination}</th>
                <th scope="col">{strings.source}</th>
                <th scope="col" className="number">
                  {strings.weight}
                </th>
              </tr>
            </thead>
            <tbody>
              {strongestOf(one).map(({ row, column, weight }) => (
                <tr key={`${row} ${column}`}>
                  <th scope="row">
                    {row} <bdi>{labelText((one.destinationTokens ?? one.tokens)[row]!)}</bdi>
                  </th>
                  <td>
                    {column} <bdi>{labelText(one.tokens[column]!)}</bdi>
                  </td>
                  <td className="number">{weight.toFixed(3)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

function strongestOf({ values, tokens }: Attention) {
  const order = [...values.data.keys()].sort((a, b) => values.data[b]! - values.data[a]!);
  return order
    .slice(0, mostPairs)
    .filter((i) => values.data[i]! > 0)
    .map((i) => ({
      ...{ row: Math.floor(i / tokens.length), column: i % tokens.length },
      weight: values.data[i]!,
    }));
}

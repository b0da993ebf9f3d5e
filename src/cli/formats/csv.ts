import type { Attention } from '../../explanations/index.js';
import { shortestFloat32 } from '../../explanations/json.js';
import type { Token } from '../../tensor/index.js';

/**
 * One attention pattern as CSV (RFC 4180): a header row of source tokens, then a row for each destination token.
 *
 * A label is the token's position and its text, `3: world`. So labels are unique, a table program never takes one for a
 * formula, whatever the token, and the text is what stands behind the first `: `.
 */
export function toCsv({ values, tokens, destinationTokens = tokens }: Attention): string {
  const label = (token: Token, position: number) => quote(`${position}: ${token.text}`);
  const rows = destinationTokens.map((token, destination) => {
    const row = values.data.subarray(destination * tokens.length, (destination + 1) * tokens.length);
    return [label(token, destination), ...Array.from(row, shortestFloat32)].join(',');
  });
  return `${[['destination', ...tokens.map(label)].join(','), ...rows].join('\n')}\n`;
}

function quote(field: string): string {
  return /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

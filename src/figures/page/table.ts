import { escapeText } from '../drawing/svg.js';

/** A table with a caption; its rows are made by {@link row}. */
export function table(heads: readonly string[], rows: readonly string[], caption: string): string {
  return `<table><caption>${escapeText(caption)}</caption><thead><tr>${heads.map((head) => `<th scope="col">${escapeText(head)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** One row, whose first cell is its heading. */
export function row([name, ...cells]: readonly string[]): string {
  return `<tr><th scope="row"><bdi>${escapeText(name!)}</bdi></th>${cells.map((cell) => `<td>${escapeText(cell)}</td>`).join('')}</tr>`;
}

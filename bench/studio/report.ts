import { spreadOf } from '../report/statistics.js';

/** Takes down one row: what was done, the numbers, what was expected, and what another needed. */
export type Report = (
  action: string,
  numbers: readonly number[],
  unit: string,
  expected: string,
  beside?: string,
) => void;

/** Rows of a table in Markdown. */
export class StudioTable {
  readonly #lines: string[] = [];

  readonly report: Report = (action, numbers, unit, expected, beside = '') => {
    const { median, lowerQuartile, upperQuartile, count } = spreadOf(numbers);
    const write = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0));
    const spread = count > 1 ? ` (${write(lowerQuartile)} to ${write(upperQuartile)})` : '';
    this.#lines.push(`| ${action} | ${write(median)}${spread} ${unit} | ${expected} | ${beside} |`);
  };

  toString(): string {
    return `| action | median (middle half) | expected | beside it |\n|---|---|---|---|\n${this.#lines.join('\n')}\n`;
  }
}

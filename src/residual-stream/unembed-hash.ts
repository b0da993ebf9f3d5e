import type { Tensor } from '../tensor/index.js';

/** Rows and columns at each end that NumPy prints of a large array, and how many numbers make it large. */
const edge = 3;
const large = 1000;

/**
 * The hash by which a tuned lens knows its model: SHA-256 of the output matrix as NumPy prints it with one decimal
 * (`tensor_hash` of the package tuned-lens; `numpy.array_str(matrix, precision=1)`).
 */
export async function unembedHash(matrix: Tensor<'F32'>): Promise<string> {
  const bytes = new TextEncoder().encode(printed(matrix));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function printed({ shape, data }: Tensor<'F32'>): string {
  const [rows, columns] = shape as [number, number];
  const cut = data.length > large;
  const [down, across] = [shownOf(rows, cut), shownOf(columns, cut)];
  const values = down.map((row) =>
    row === null ? null : across.map((column) => (column === null ? null : data[row * columns + column]!)),
  );
  const write = writerFor(values.flatMap((row) => row ?? []).filter((value) => value !== null));
  const lines = values.map((row) =>
    row === null ? '...' : `[${row.map((value) => (value === null ? '...' : write(value))).join(' ')}]`,
  );
  return `[${lines.join('\n ')}]`;
}

/** Indices that are shown; null stands for those left out. */
function shownOf(count: number, cut: boolean): (number | null)[] {
  const all = Array.from({ length: count }, (_, i) => i);
  return cut && count > 2 * edge ? [...all.slice(0, edge), null, ...all.slice(-edge)] : all;
}

/** How NumPy writes numbers beside each other: one decimal, as powers of ten where they differ by more than 1000. */
function writerFor(values: readonly number[]): (value: number) => string {
  const sizes = values.filter((value) => value !== 0).map(Math.abs);
  const [most, least] = [Math.max(...sizes), Math.min(...sizes)];
  const powers = sizes.length > 0 && (most >= 1e8 || least < 1e-4 || most / least > 1000);
  const parts = values.map((value) => (powers ? scientific(value) : positional(value)));
  const before = Math.max(...parts.map(({ whole }) => whole.length));
  const behind = Math.max(...parts.map(({ fraction }) => fraction.length));
  return (value) => {
    const { whole, fraction, power } = powers ? scientific(value) : positional(value);
    const left = whole.padStart(before);
    return powers ? `${left}.${fraction.padEnd(behind, '0')}${power}` : `${left}.${fraction.padEnd(behind)}`;
  };
}

interface Written {
  readonly whole: string;
  readonly fraction: string;
  readonly power: string;
}

const signOf = (value: number) => (value < 0 || Object.is(value, -0) ? '-' : '');

function positional(value: number): Written {
  const [digits, exponent] = decimals(value);
  // Digits up to the first behind the point.
  const tenths = rounded(digits, exponent + 2);
  const text = tenths.toString().padStart(2, '0');
  const fraction = text.slice(-1) === '0' ? '' : text.slice(-1);
  return { whole: signOf(value) + text.slice(0, -1), fraction, power: '' };
}

function scientific(value: number): Written {
  const [digits, own] = decimals(value);
  const two = rounded(digits, 2);
  const [exponent, text] = two > 99n ? [own + 1, '10'] : [own, two.toString().padStart(2, '0')];
  const fraction = text[1] === '0' ? '' : text[1]!;
  const size = Math.abs(exponent).toString().padStart(2, '0');
  return { whole: signOf(value) + text[0]!, fraction, power: `e${exponent < 0 ? '-' : '+'}${size}` };
}

/** All decimal digits of a number, and the power of ten of the first. */
function decimals(value: number): [digits: string, exponent: number] {
  const [mantissa, exponent] = Math.abs(value).toExponential(100).split('e') as [string, string];
  return [mantissa.replace('.', ''), Number(exponent)];
}

/** The first digits as a number, rounded to the nearest, a half to the even one. */
function rounded(digits: string, count: number): bigint {
  if (count < 0) return 0n;
  const kept = BigInt(`0${digits.slice(0, count)}`);
  const rest = digits.slice(count).replace(/0+$/, '');
  const up = rest > '5' || (rest === '5' && kept % 2n === 1n);
  return up ? kept + 1n : kept;
}

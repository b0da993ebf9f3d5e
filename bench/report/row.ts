import type { Profiled } from '../contenders/operations.js';
import { type Spread, spreadOf } from './statistics.js';

/** What a row holds Pellucid to: `faster` is peer time / own time (or own rate / peer rate), `smaller` own bytes / peer bytes. */
export type Expectation = { readonly faster: number } | { readonly smaller: number };

/** One contender's figures in the unit of the row. */
export interface Figure {
  readonly name: string;
  readonly spread: Spread;
}

/** One line of the table: the same work, side by side. */
export interface Row {
  readonly work: string;
  readonly unit: 'ms' | 'MB' | 'GFLOP/s';
  readonly pellucid: Figure;
  readonly peer: Figure | undefined;
  /** The name of a peer that is not there. */
  readonly missing?: string;
  readonly expectation: Expectation | undefined;
  /** What a reader should know of this row. */
  readonly note?: string;
  /** What is profiled where the expectation is not met. */
  readonly profiled?: Profiled | undefined;
}

/** A row from repeated measurements, Pellucid's first. */
export function rowOf(
  about: Pick<Row, 'work' | 'unit' | 'expectation' | 'note' | 'missing' | 'profiled'>,
  names: readonly string[],
  measured: readonly (readonly number[])[],
): Row {
  const [pellucid, peer] = names.map((name, i) => ({ name, spread: spreadOf(measured[i]!) }));
  return { ...about, pellucid: pellucid!, peer };
}

/** Peer / Pellucid for times, Pellucid / peer for bytes and rates; undefined without a peer. */
export function ratioOf({ pellucid, peer, unit }: Row): number | undefined {
  if (!peer) return undefined;
  const ratio = peer.spread.median / pellucid.spread.median;
  return unit === 'ms' ? ratio : 1 / ratio;
}

/** Whether the expectation is met; undefined where there is none, or no peer. */
export function isMet(row: Row): boolean | undefined {
  const ratio = ratioOf(row);
  if (ratio === undefined || !row.expectation) return undefined;
  return 'faster' in row.expectation ? ratio >= row.expectation.faster : ratio <= row.expectation.smaller;
}

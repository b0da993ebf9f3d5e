import { withContenders } from '../contenders/contender.js';
import type { Operations, Timed } from '../contenders/operations.js';
import { type Expectation, type Row, rowOf } from '../report/row.js';
import { alternate, type Rounds, scaled } from './alternate.js';
import { largestDifference } from './same-work.js';
import type { Bench, ContenderName } from './work.js';

/** The operations that come with a sample of what was computed. */
type TimedName = {
  [Name in keyof Operations]: Operations[Name] extends (request: never) => Timed ? Name : never;
}[keyof Operations];

/** One operation, asked of several. */
export interface Question<Name extends TimedName> {
  readonly work: string;
  /** Which checkpoint it is asked of; GPT-2 small by default. */
  readonly checkpoint?: keyof Bench['checkpoints'];
  readonly operation: Name;
  readonly argument: Omit<Parameters<Operations[Name]>[0], 'repetitions'>;
  readonly rounds: Rounds;
  readonly against: readonly {
    readonly peer: ContenderName;
    readonly expectation: Expectation | undefined;
  }[];
  readonly note?: string;
}

/** Measures a question, a row for each peer, after samples of all sides have been compared. */
export async function sideBySide<Name extends TimedName>(
  bench: Bench,
  { work, checkpoint = 'gpt2Small', operation, argument, rounds, against, note = '' }: Question<Name>,
): Promise<Row[]> {
  bench.tell(work);
  const present = against.filter(({ peer }) => bench.named[peer]);
  const folder = bench.checkpoints[checkpoint];
  const commands = [bench.named.pellucid, ...present.map(({ peer }) => bench.named[peer]!)];
  return withContenders(commands, async (contenders) => {
    const request = (repetitions: number) =>
      ({ ...argument, repetitions }) as unknown as Parameters<Operations[Name]>[0];
    const samples: number[][] = [];
    for (const contender of contenders) {
      await contender.ask('load', { folder, threads: bench.threads });
      samples.push(((await contender.ask(operation, request(0))) as Timed).sample);
    }
    const difference = largestDifference(samples);
    const turns = contenders.map(
      (contender) => async (repetitions: number) =>
        ((await contender.ask(operation, request(repetitions))) as Timed).milliseconds,
    );
    const measured = await alternate(turns, scaled(rounds, bench.effort));
    const same = present.length > 0 ? `all sides agree within ${difference.toExponential(0)}. ` : '';
    return against.map(({ peer, expectation }, i) => {
      const at = present.findIndex((each) => each.peer === peer) + 1;
      const said = i === 0 && (same || note) ? { note: `${work}: ${same}${note}`.trim() } : {};
      const profiled = { operation, argument, folder };
      const about = { work, unit: 'ms' as const, expectation, profiled, ...said };
      if (at === 0) return rowOf({ ...about, missing: titles[peer] }, ['Pellucid'], [measured[0]!]);
      return rowOf(about, ['Pellucid', contenders[at]!.name], [measured[0]!, measured[at]!]);
    });
  });
}

const titles: Readonly<Record<ContenderName, string>> = {
  pellucid: 'Pellucid',
  transformers: 'transformers',
  transformerLens: 'TransformerLens',
  nnsight: 'nnsight',
  captum: 'Captum',
  shap: 'SHAP',
};

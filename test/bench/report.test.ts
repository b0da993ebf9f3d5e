import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { resultsPage } from '../../bench/report/results-page.js';
import { isMet, type Row, ratioOf, rowOf } from '../../bench/report/row.js';
import { spreadOf } from '../../bench/report/statistics.js';
import { markdownTable, textTable } from '../../bench/report/table.js';

function row(unit: Row['unit'], expectation: Row['expectation'], own: number, peer?: number): Row {
  const measured = peer === undefined ? [[own]] : [[own], [peer]];
  return rowOf(
    { work: 'some work', unit, expectation },
    ['Pellucid', 'peer'].slice(0, measured.length),
    measured,
  );
}

suite('report of the benchmark', () => {
  test('median and quartiles are linear between values, as numpy.quantile gives them', () => {
    assert.deepEqual(spreadOf([4, 1, 2]), { median: 2, lowerQuartile: 1.5, upperQuartile: 3, count: 3 });
    assert.deepEqual(spreadOf([40, 10, 30, 20]), {
      median: 25,
      lowerQuartile: 17.5,
      upperQuartile: 32.5,
      count: 4,
    });
    assert.throws(() => spreadOf([]), RangeError);
  });

  test('a time is better when the peer takes longer, memory when it is less than the peer’s', () => {
    assert.equal(ratioOf(row('ms', undefined, 2, 10)), 5);
    assert.equal(ratioOf(row('MB', undefined, 2, 10)), 0.2);
    assert.equal(ratioOf(row('ms', undefined, 2)), undefined);
  });

  test('an expectation is met at its bound and not beyond it', () => {
    assert.equal(isMet(row('ms', { faster: 5 }, 2, 10)), true);
    assert.equal(isMet(row('ms', { faster: 5 }, 2.01, 10)), false);
    assert.equal(isMet(row('MB', { smaller: 0.5 }, 5, 10)), true);
    assert.equal(isMet(row('MB', { smaller: 0.5 }, 5.01, 10)), false);
    assert.equal(isMet(row('MB', { smaller: 0.5 }, 5)), undefined);
    assert.equal(isMet(row('MB', undefined, 5, 10)), undefined);
  });

  test('tables show both sides, the ratio and the verdict', () => {
    const rows = [
      row('ms', { faster: 1 }, 431.4, 400),
      row('MB', { smaller: 0.5 }, 12.34e6, 40e6),
      row('ms', undefined, 3),
    ];
    assert.equal(
      markdownTable(rows),
      [
        '| work | against | Pellucid | peer | ratio | expected | met |',
        '|---|---|--:|--:|--:|--:|:-:|',
        '| some work | peer | 431 ms (431–431) | 400 ms (400–400) | 0.93× | ≥ 1× | no |',
        '| some work | peer | 12.3 MB (12.3–12.3) | 40 MB (40–40) | 0.31× | ≤ 0.5× | yes |',
        '| some work | – | 3.0 ms (3.0–3.0) | – | – | – | – |',
      ].join('\n'),
    );
    const lines = textTable(rows).split('\n');
    assert.equal(lines.length, 4);
    assert.equal(lines[1]!.indexOf('0.93×'), lines[2]!.indexOf('0.31×'));
  });

  test('the page says by which command it was written, and whether in a hurry', () => {
    const machine = {
      ...{ processor: 'some processor', cores: 2, memoryBytes: 2 ** 30, system: 'linux' },
      ...{ load: 0, versions: { node: '20' } },
    };
    const rows = [row('ms', { faster: 1 }, 2, 1)];
    const whole = resultsPage(machine, rows);
    const quick = resultsPage(machine, rows, { notes: ['some note'], quick: true });
    assert.match(whole, /`npm run bench -- --write`/);
    assert.doesNotMatch(whole, /quick/i);
    assert.match(quick, /`npm run bench -- --quick --write`.*A quick round/);
    assert.match(quick, /^- some note$/m);
    assert.match(quick, /Not met: some work \(peer\)/);
  });
});

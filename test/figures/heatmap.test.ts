import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { PellucidError } from '../../src/errors.js';
import { colorNames, heatmap } from '../../src/figures/index.js';
import { tensor } from '../../src/tensor/index.js';
import { exampleAttention, hello, story, strange } from './example.js';
import { assertSnapshot } from './snapshot.js';

/** Fails where XML would: an unknown entity, an unescaped sign, an element that is not closed. */
function assertWellFormed(svg: string): void {
  const open: string[] = [];
  const markup = /<(\/?)([a-zA-Z]+)((?: [a-zA-Z0-9:-]+="[^"<]*")*)(\/?)>/g;
  const text = svg.replace(markup, (_, closing: string, name: string, __, empty: string) => {
    if (closing) assert.equal(open.pop(), name);
    else if (!empty) open.push(name);
    return '';
  });
  assert.deepEqual(open, []);
  assert.doesNotMatch(text, /[<>]/);
  assert.doesNotMatch(svg.replace(/&(amp|lt|gt|quot|#39);/g, ''), /&/);
  assert.doesNotMatch(svg, /[^\P{Cc}\t\n\r\u007f-\u009f]|\p{Cs}/u);
}

const rectangles = (svg: string) => svg.match(/<rect x=/g)?.length ?? 0;

/** What the annotations say, in order of drawing within their colour. */
function annotations(svg: string): string[] {
  const inside = /<g class="annotations".*?<\/g><\/g>/s.exec(svg)?.[0] ?? '';
  return [...inside.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);
}

const badInput = (pattern: RegExp) => (error: unknown) =>
  error instanceof PellucidError && error.code === 'bad-input' && pattern.test(error.message);

suite('heatmap snapshots', () => {
  const example = exampleAttention(hello);
  const signed = [
    [-2, -1, 0],
    [1, 2, 4],
  ];
  const pictures = {
    'heatmap-annotated.svg': heatmap(example, { annotate: true, colors: 'YlGnBu' }),
    'heatmap-dark.svg': heatmap(exampleAttention(hello, { causal: true }), { annotate: true, theme: 'dark' }),
    'heatmap-tilted.svg': heatmap(exampleAttention(story.slice(0, 10), { causal: true })),
    'heatmap-centered.svg': heatmap(
      { values: signed, rows: ['layer 0', 'layer 1'], rowName: 'layer', columnName: 'head' },
      {
        center: 0,
        annotate: true,
        format: '.1f',
        colorbar: { label: 'effect' },
        title: 'Effect of ablation',
      },
    ),
    'heatmap-strange.svg': heatmap(exampleAttention(strange.slice(0, 12))),
    'heatmap-missing.svg': heatmap(
      {
        values: [
          [0.1, Number.NaN],
          [0.5, 1],
        ],
      },
      {
        mask: [
          [false, false],
          [true, false],
        ],
        annotate: true,
        square: false,
      },
    ),
  };
  for (const [name, figure] of Object.entries(pictures)) {
    test(name, () => {
      assertWellFormed(figure.svg);
      assertSnapshot(name, figure.svg);
    });
  }
});

suite('heatmap', () => {
  test('writes the value of every cell, rounded as asked', () => {
    const { svg } = heatmap({ values: [[0.126, 0.5]] }, { annotate: true, format: '.0%' });
    assert.deepEqual(annotations(svg).sort(), ['13%', '50%']);
  });

  test('annotates with a matrix or a function of its own', () => {
    const values = [[1, 2]];
    assert.match(heatmap({ values }, { annotate: [['a', 'b']] }).svg, />a<.*>b</s);
    assert.match(
      heatmap({ values }, { annotate: (row, column, value) => `${row}/${column}=${value}` }).svg,
      />0\/1=2</,
    );
    assert.throws(() => heatmap({ values }, { annotate: [['a']] }), badInput(/annotate.*1 × 2/));
  });

  test('leaves numbers out where they cannot be read, says so, and obeys "always"', () => {
    const values = Array.from({ length: 60 }, () => new Array<number>(60).fill(0.5));
    const quiet = heatmap({ values }, { annotate: true });
    assert.deepEqual(annotations(quiet.svg), []);
    assert.match(quiet.svg, /too small for numbers/);
    assert.equal(annotations(heatmap({ values }, { annotate: 'always' }).svg).length, 3600);
  });

  test('does not draw what a causal model cannot attend to, unless asked', () => {
    const attention = exampleAttention(hello, { causal: true });
    assert.equal(rectangles(heatmap(attention, { linewidth: 1 }).svg), 21);
    assert.equal(rectangles(heatmap(attention, { mask: false }).svg), 36);
    assert.equal(rectangles(heatmap(exampleAttention(hello)).svg), 36);
  });

  test('plain data is masked only where asked', () => {
    const values = [
      [1, 0],
      [1, 1],
    ];
    assert.equal(rectangles(heatmap({ values }).svg), 4);
    assert.equal(rectangles(heatmap({ values }, { mask: (row, column) => row === column }).svg), 2);
  });

  test('a masked cell does not count towards the range', () => {
    const { svg } = heatmap({ values: [[0, 1, 99]] }, { mask: [[false, false, true]] });
    assert.match(svg, /Values from 0 to 1;/);
  });

  test('attention starts its colours at zero', () => {
    const first = (svg: string) => /<stop offset="0" stop-color="(#\w+)"/.exec(svg)?.[1];
    const attention = exampleAttention(hello);
    const lowest = heatmap({ values: [[0, 1]] }, { colors: 'Blues' });
    assert.equal(first(heatmap(attention, { colors: 'Blues' }).svg), first(lowest.svg));
    assert.match(heatmap(attention).svg, /<text[^>]*>0\.0<\/text>/);
  });

  test('takes tensors of any type, and drops axes of size 1', () => {
    const values = tensor('BF16', [1, 1, 2], Uint16Array.of(0x3f80, 0x4000));
    assert.deepEqual(annotations(heatmap({ values }, { annotate: true }).svg).sort(), ['1.00', '2.00']);
  });

  test('draws one cell, one row, one column and a constant', () => {
    for (const values of [
      [[0.5]],
      [[1, 2, 3]],
      [[1], [2]],
      [
        [3, 3],
        [3, 3],
      ],
      [[Number.NaN]],
    ]) {
      const figure = heatmap({ values }, { annotate: true });
      assertWellFormed(figure.svg);
      assert.doesNotMatch(figure.svg.replace(/<desc.*<\/desc>/s, ''), /NaN|Infinity/);
    }
  });

  test('does not let a label leave its place in the markup', () => {
    const hostile = ['<script>alert(1)</script>', '"onload="x', "']]>", '&lt;', '\u0000\ud800'];
    const { svg } = heatmap(exampleAttention(hostile), { title: '<b>&"\'', subtitle: '</svg>' });
    assertWellFormed(svg);
    assert.doesNotMatch(svg, /<script|<b>|onload="/);
  });

  test('draws with every colour map', () => {
    for (const colors of colorNames) assertWellFormed(heatmap({ values: [[0, 1]] }, { colors }).svg);
  });

  test('stays small for many cells, and keeps them sharp', () => {
    const values = Array.from({ length: 512 }, (_, i) =>
      Array.from({ length: 512 }, (_, j) => Math.sin(i * j)),
    );
    const { svg } = heatmap({ values });
    // 512² cells of 256 colours, one byte each, deflated, in base64.
    assert.ok(svg.length < 600_000, `${svg.length} bytes`);
    assert.equal(rectangles(svg), 0);
    assert.match(svg, /image-rendering:pixelated/);
  });

  test('is as wide as asked', () => {
    for (const asked of [420, 700, 1201]) {
      for (const colorbar of [true, false, { label: 'share' }]) {
        const { width } = heatmap(exampleAttention(hello), { width: asked, colorbar });
        // Widths of cells are fractions; the figure's own is rounded up.
        assert.ok(Math.abs(width - asked) <= 1, `${width} for ${asked}`);
      }
    }
  });

  test('has an accessible name and description of its own', () => {
    const [one, two] = [heatmap(exampleAttention(hello)), heatmap(exampleAttention(story))];
    assert.match(one.svg, /role="img" aria-labelledby="(pellucid-\w+)-title \1-desc"/);
    assert.match(one.svg, /<title id="[^"]*">Attention · layer 0, head 3<\/title>/);
    assert.notEqual(/id="([^"]*)-title"/.exec(one.svg)?.[1], /id="([^"]*)-title"/.exec(two.svg)?.[1]);
  });

  test('refuses what it cannot draw', () => {
    assert.throws(
      () => heatmap(exampleAttention(hello, { layers: 2, heads: 2 })),
      badInput(/choose one layer/),
    );
    assert.throws(() => heatmap({ values: [] }), badInput(/empty/));
    assert.throws(() => heatmap({ values: [[1, 2], [3]] }), badInput(/Row 1 .* 1 values/));
    assert.throws(() => heatmap({ values: [[1, 2]], rows: ['a', 'b'] }), badInput(/2 row labels for 1/));
    assert.throws(() => heatmap({ values: [[1]] }, { format: 'zz' }), badInput(/d3-format/));
    assert.throws(() => heatmap({ values: [[1]] }, { vmin: 2, vmax: 1 }), badInput(/vmin = 2/));
    assert.throws(() => heatmap({ values: [[1]] }, { cellSize: Number.NaN }), badInput(/cellSize/));
    assert.throws(() => heatmap({ values: [[1]] }, { xLabels: 0 }), badInput(/xLabels/));
    assert.throws(() => heatmap({ values: [[1]] }, { yLabels: ['a', 'b'] }), badInput(/yLabels/));
  });
});

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { suite, test } from 'node:test';
import { decode } from 'fast-png';
import { heatmap } from '../../../src/figures/index.js';
import { exampleAttention, hello, story, strange } from '../example.js';

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Whether the pixel has another colour than the upper left one. */
  drawn(x: number, y: number): boolean;
}

function read(png: Uint8Array): Picture {
  const { width, height, data, channels } = decode(png);
  const at = (x: number, y: number) => (y * width + x) * channels;
  return {
    width,
    height,
    drawn: (x, y) => [0, 1, 2].some((c) => Math.abs(data[at(x, y) + c]! - data[c]!) > 8),
  };
}

function anyDrawn({ drawn }: Picture, left: number, top: number, right: number, bottom: number): boolean {
  for (let y = Math.floor(top); y < bottom; y++) {
    for (let x = Math.floor(left); x < right; x++) if (drawn(x, y)) return true;
  }
  return false;
}

const bare = { systemFonts: false, scale: 1 };

suite('PNG on a machine without fonts', () => {
  test('has the size of the figure times the scale', async () => {
    const figure = heatmap(exampleAttention(hello));
    for (const scale of [1, 2, 3]) {
      const { width, height } = read(await figure.png({ systemFonts: false, scale }));
      assert.deepEqual([width, height], [figure.width * scale, figure.height * scale]);
    }
  });

  test('shows a label of every script beside its row', async () => {
    const visible = strange.filter((text) => text !== '\ud83d');
    const figure = heatmap({ values: visible.map(() => [1]), rows: visible }, { title: false, cellSize: 20 });
    const picture = read(await figure.png(bare));
    const [left, top] = /<g transform="translate\(([\d.]+) ([\d.]+)\)">/
      .exec(figure.svg)!
      .slice(1)
      .map(Number) as [number, number];
    for (const [row, text] of visible.entries()) {
      const y = top + row * 20;
      assert.ok(
        anyDrawn(picture, left - 40, y + 2, left - 3, y + 18),
        `nothing is shown for ${JSON.stringify(text)}`,
      );
    }
  });

  test('nothing is clipped: the margin is empty on all sides', async () => {
    const examples = [
      hello,
      story,
      strange,
      ['[CLS]'],
      ['a', 'internationalization'],
      [...story, ...story, ...story, ...story, ...story],
    ];
    for (const texts of examples) {
      for (const options of [{}, { annotate: true }, { theme: 'dark', cellSize: 9 }] as const) {
        const picture = read(await heatmap(exampleAttention(texts), options).png(bare));
        const { width, height } = picture;
        const where = `${texts[0]} × ${texts.length}, ${JSON.stringify(options)}`;
        assert.ok(!anyDrawn(picture, 0, 0, width, 6), `top of ${where}`);
        assert.ok(!anyDrawn(picture, 0, height - 6, width, height), `bottom of ${where}`);
        assert.ok(!anyDrawn(picture, 0, 0, 6, height), `left of ${where}`);
        assert.ok(!anyDrawn(picture, width - 6, 0, width, height), `right of ${where}`);
      }
    }
  });

  test('cells of an embedded picture are sharp', async () => {
    const values = Array.from({ length: 70 }, (_, i) => Array.from({ length: 70 }, (_, j) => (i + j) % 2));
    const figure = heatmap(
      { values },
      { colors: 'Greys', cellSize: 8, colorbar: false, xLabels: false, yLabels: false, title: false },
    );
    const { data, width, channels } = decode(await figure.png(bare));
    const tones = new Set<number>();
    for (let x = 40; x < width - 40; x++) tones.add(data[(44 * width + x) * channels]!);
    assert.deepEqual(
      [...tones].sort((a, b) => a - b),
      [0, 255],
    );
  });

  test('leaves no font file behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('pellucid-fonts-'));
    await heatmap(exampleAttention(['你好', '世界'])).png(bare);
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('pellucid-fonts-'));
    assert.deepEqual(after, before);
  });

  test('a picture too large to hold is refused', async () => {
    const figure = heatmap({ values: [[1]] });
    await assert.rejects(figure.png({ scale: 1000 }), { code: 'bad-input' });
    await assert.rejects(figure.png({ scale: Number.NaN }), { code: 'bad-input' });
  });
});

import { PellucidError } from '../errors.js';
import type { Attention } from '../explanations/index.js';
import type { Token } from '../tensor/index.js';
import { colorMap } from './drawing/color.js';
import { modelName } from './drawing/description.js';
import { labelParts } from './drawing/labels.js';
import { patternsOf } from './drawing/patterns.js';
import { escapeText } from './drawing/svg.js';
import { palettes, type Theme } from './drawing/theme.js';
import type { FigureDefinition } from './figure.js';
import { extensionOf } from './output/extension.js';
import { requireHtml } from './output/require-html.js';
import { writeFile } from './output/write-file.js';
import { decodePatterns } from './page/decode.js';
import { encodePatterns } from './page/encode.js';
import { explore } from './page/explore.js';
import { paintPattern } from './page/paint.js';
import type { Encoding, Payload, TokenPieces } from './page/payload.js';
import { style } from './page/style.js';

/** Options of {@link attentionPage}. */
export interface AttentionPageOptions {
  /** Heading and name of the page. */
  readonly title?: string;
  /** Layer shown first, by its number; the first by default. */
  readonly layer?: number;
  /** Head shown first, by its number; the first by default. */
  readonly head?: number;
  /** Colour maps by name, for both themes the same; by default `YlGnBu` in light and `magma` in dark. */
  readonly colors?: string;
  /** Theme the page starts with; by default that of the reader's system. */
  readonly theme?: Theme;
}

/** A finished page. */
export interface Page {
  readonly title: string;
  /** The whole document; it loads nothing. */
  readonly html: string;
  /**
   * Writes the page to a file whose name ends in `.html`, whole or not at all. Needs Node.
   * @throws PellucidError `bad-input` for another extension, `output` when the file cannot be written.
   */
  save(path: string): Promise<void>;
}

/** What the catalogue says of this figure. */
export const attentionPageFigure: FigureDefinition = {
  name: 'attention-page',
  summary: 'One page with every layer and head to pick from, and the value of every cell.',
  draws: ['attention'],
  formats: ['html'],
};

const precisions: Readonly<Record<Encoding, string>> = {
  f32: 'Values are exact (32-bit floating point).',
  u12: 'Values are rounded to steps of 1/4095 (about 0.0002) to keep this file small.',
  u8: 'Values are rounded to steps of 1/255 (about 0.004) to keep this file small.',
};

/** JSON that may stand inside a script element: nothing in it can close the element or start a comment. */
function inlineJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A token's label in pieces. */
function piecesOf(token: Token): TokenPieces {
  return labelParts(token).map(({ text, quiet }) => [text, quiet] as const);
}

/** 256 colours, six hexadecimal digits each. */
function colorTable(name: string): string {
  const map = colorMap(name);
  return Array.from({ length: 256 }, (_, i) => map(i / 255).slice(1)).join('');
}

function indexOf(names: readonly string[], wanted: number | undefined, what: string): number {
  if (wanted === undefined) return 0;
  const index = names.indexOf(String(wanted));
  if (index < 0) {
    throw new PellucidError(
      'bad-input',
      `There is no ${what} ${wanted} in this attention; it has ${what}s ${names.at(0)} to ${names.at(-1)}.`,
    );
  }
  return index;
}

const select = (id: string, name: string, options: readonly (readonly [string, string])[], chosen = '') =>
  `<div><label for="${id}">${name}</label><select id="${id}">${options
    .map(([value, text]) => `<option value="${value}"${value === chosen ? ' selected' : ''}>${text}</option>`)
    .join('')}</select></div>`;

/**
 * Makes one self-contained interactive page of attention: pick layer and head, hover or walk over the cells. It opens
 * from a file, needs no network, and can be used by keyboard and screen reader.
 *
 * Patterns of causal models are stored as triangles. Up to 0.75 MB they are exact, beyond that rounded to 12 or
 * 8 bits, which the page says: 12 layers of 12 heads over 128 tokens take 4.7 MB, causal ones 2.4 MB.
 *
 * @throws PellucidError `bad-input` when the axes are not those of attention, or the start is out of range.
 */
export function attentionPage(attention: Attention, options: AttentionPageOptions = {}): Page {
  const patterns = patternsOf(attention);
  const encoded = encodePatterns(patterns);
  const payload: Payload = {
    tokens: attention.tokens.map(piecesOf),
    ...(attention.destinationTokens ? { destinations: attention.destinationTokens.map(piecesOf) } : {}),
    layers: patterns.layers,
    heads: patterns.heads,
    start: {
      layer: indexOf(patterns.layers, options.layer, 'layer'),
      head: indexOf(patterns.heads, options.head, 'head'),
    },
    ...encoded,
    colors: {
      light: colorTable(options.colors ?? palettes.light.sequential),
      dark: colorTable(options.colors ?? palettes.dark.sequential),
    },
  };
  const { text, pair, targetText = null } = attention.subject;
  const title = options.title ?? `Attention of ${modelName(attention.subject)}`;
  const quoted = [text, pair, targetText].filter((part): part is string => part !== null);
  const shown = quoted.map(
    (part) => `<bdi>${escapeText(part.length > 300 ? `${part.slice(0, 300)}…` : part)}</bdi>`,
  );
  const { rows, count } = patterns;
  const across = rows === count ? '' : `${rows} by `;
  const size = `${patterns.layers.length} layer${patterns.layers.length === 1 ? '' : 's'} × ${patterns.heads.length} head${patterns.heads.length === 1 ? '' : 's'} × ${across}${count} token${count === 1 ? '' : 's'}`;

  const html = `<!doctype html>
<html lang="en"${options.theme ? ` data-theme="${options.theme}"` : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<link rel="icon" href="data:,">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1><bdi>${escapeText(title)}</bdi></h1>
<p class="about">${shown.length > 0 ? `“${shown.join('” and “')}” · ` : ''}${size}</p>
<div class="controls">
${select('layer', 'Layer', [])}
${select('head', 'Head', [])}
${select('range', 'Colours', [
  ['head', 'to this head’s largest value'],
  ['one', 'from 0 to 1'],
])}
${select('size', 'Cells', [
  ['every', 'every label readable'],
  ['fit', 'fit to the window'],
])}
${select(
  'theme',
  'Theme',
  [
    ['system', 'system'],
    ['light', 'light'],
    ['dark', 'dark'],
  ],
  options.theme ?? 'system',
)}
</div>
<div id="heads" role="group" aria-label="Heads of this layer"></div>
<div class="columns-of-page">
<section aria-labelledby="which">
<h2 id="which"></h2>
<p class="axis">Each row is a destination: the token that attends. Each column is a source: the token attended to.</p>
<div id="frame">
<div id="plot">
<div id="corner"></div><div id="columns" aria-hidden="true"></div>
<div id="rows" aria-hidden="true"></div>
<div id="focus" tabindex="0" role="application" aria-roledescription="heatmap" aria-describedby="keys"><canvas id="cells" aria-hidden="true"></canvas><div id="numbers" aria-hidden="true"></div><div id="marker"></div></div>
</div>
</div>
</section>
<aside aria-label="Value">
<p id="readout"></p>
<h2>It attends most to</h2>
<ol id="strongest"></ol>
<div class="scale"><span>0</span><div id="bar"></div><span id="most"></span></div>
<p class="note" id="keys">Hover a cell, or focus the picture and use the arrow keys; <kbd>Home</kbd> and <kbd>End</kbd> go to the ends of a row, <kbd>Page Up</kbd> and <kbd>Page Down</kbd> to those of a column.</p>
<p class="note">${precisions[encoded.encoding]}${encoded.causal ? ' Tokens cannot attend to later ones: those cells are empty.' : ''}</p>
</aside>
</div>
<p id="live" class="unseen" aria-live="polite"></p>
<details id="table"><summary>Table of values</summary><div id="values" tabindex="0" role="region" aria-label="Table of values"></div></details>
<noscript><p>This page draws with JavaScript, which is switched off.</p></noscript>
</main>
<script type="application/json" id="payload">${inlineJson(payload)}</script>
<script>
'use strict';
const payload = JSON.parse(document.getElementById('payload').textContent);
(${explore})(payload, (${decodePatterns})(payload), ${paintPattern});
</script>
</body>
</html>
`;
  return {
    title,
    html,
    async save(path) {
      requireHtml(extensionOf(path), path, 'An attention page');
      await writeFile(path, html);
    },
  };
}

import { textColorOn } from '../drawing/color.js';
import type { Theme } from '../drawing/theme.js';
import { make, type ViewPalette } from './elements.js';
import { headColor } from './head-colors.js';
import type { SentencePair } from './head-lines.js';
import type { ViewWords } from './words.js';

/** What the controls of a head view show, and whom they tell. */
export interface HeadControls {
  readonly element: HTMLElement;
  /** Marks the heads that are drawn, and shows layer and threshold. */
  show(state: {
    layer: number;
    heads: ReadonlySet<number>;
    threshold: number;
    pair: SentencePair;
    theme: Theme;
    palette: ViewPalette;
  }): void;
}

/** What a person may change. */
export interface HeadControlEvents {
  readonly onLayer: (layer: number) => void;
  /** A head was switched; `alone` when it alone is wanted. */
  readonly onHead: (head: number, alone: boolean) => void;
  readonly onThreshold: (threshold: number) => void;
  readonly onPair: (pair: SentencePair) => void;
}

const pairs: readonly SentencePair[] = ['all', 'aa', 'ab', 'ba', 'bb'];

/** The threshold grows with the cube of the slider, since most weights are small. */
const toThreshold = (slider: number) => slider ** 3;

/** The row of controls over a head view: layer, heads by colour, least weight, and sentences of a pair. */
export function headControls(
  document: Document,
  layers: readonly string[],
  heads: readonly string[],
  hasPair: boolean,
  words: ViewWords,
  events: HeadControlEvents,
): HeadControls {
  const row = make(document, 'div', {
    ...{ display: 'flex', flexWrap: 'wrap', gap: '6px 14px', alignItems: 'center', padding: '0 0 6px' },
  });
  const layerSelect = make(document, 'select', {}, { 'aria-label': words.layer('') });
  for (const [index, name] of layers.entries()) {
    layerSelect.append(make(document, 'option', {}, { value: String(index) }, words.layer(name)));
  }
  layerSelect.addEventListener('change', () => events.onLayer(Number(layerSelect.value)));
  if (layers.length > 1) row.append(layerSelect);

  const group = make(
    document,
    'div',
    { display: 'flex', flexWrap: 'wrap', gap: '3px' },
    { role: 'group', 'aria-label': words.heads },
  );
  const buttons = heads.map((name, head) => {
    const button = make(document, 'button', {}, { type: 'button', 'aria-label': words.head(name) }, name);
    button.addEventListener('click', (event) => events.onHead(head, event.detail > 1));
    group.append(button);
    return button;
  });
  row.append(group);

  const slider = make(
    document,
    'input',
    { width: '110px' },
    { type: 'range', min: '0', max: '1', step: '0.01' },
  );
  slider.addEventListener('input', () => events.onThreshold(toThreshold(Number(slider.value))));
  const label = make(
    document,
    'label',
    { display: 'flex', gap: '6px', alignItems: 'center' },
    {},
    words.threshold,
    slider,
  );
  row.append(label);

  const select = make(document, 'select', {}, { 'aria-label': words.pairs });
  if (hasPair) {
    for (const [index, pair] of pairs.entries()) {
      select.append(make(document, 'option', {}, { value: pair }, words.pairNames[index]!));
    }
    select.addEventListener('change', () => events.onPair(select.value as SentencePair));
    row.append(select);
  }

  return {
    element: row,
    show({ layer, heads: drawn, threshold, pair, theme, palette }) {
      if (hasPair) select.value = pair;
      layerSelect.value = String(layer);
      slider.value = String(Math.cbrt(threshold));
      for (const [head, button] of buttons.entries()) {
        const on = drawn.has(head);
        const color = headColor(head, theme);
        button.setAttribute('aria-pressed', String(on));
        Object.assign(button.style, {
          ...{ border: `2px solid ${color}`, background: on ? color : palette.background },
          ...{ color: on ? textColorOn(color) : palette.text, cursor: 'pointer' },
        });
      }
    },
  };
}

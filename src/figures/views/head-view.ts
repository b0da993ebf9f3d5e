import { format } from 'd3-format';
import type { Attention } from '../../explanations/index.js';
import type { Token } from '../../tensor/index.js';
import { isolated, labelParts, labelText, labelWidth } from '../drawing/labels.js';
import { applyTheme, keepDrawn, make, makeRoot, makeStage, viewPalettes } from './elements.js';
import { headColor } from './head-colors.js';
import { headControls } from './head-controls.js';
import {
  allowedBy,
  chooseLines,
  type Lines,
  linesOfToken,
  type SentencePair,
  strongest,
} from './head-lines.js';
import { paintLines, paintStrips } from './head-painting.js';
import { indexOfHead, type PackedAttention, patternAt, readPatterns } from './patterns.js';
import { hiddenSources, leaveOut } from './sink.js';
import { type Focus, noSelection, pinnedDestinations, type View, type ViewOptions } from './view.js';
import { english } from './words.js';

/** Options of {@link headView}. */
export interface HeadViewOptions extends ViewOptions {
  /** Least weight of a line; by default, and where it is null, the largest that covers 80 % of the attention. */
  readonly threshold?: number | null;
  /** Which sentences of a pair are joined; `all` by default. */
  readonly pair?: SentencePair;
  /** Told when the person moves the threshold. */
  readonly onThreshold?: (threshold: number) => void;
  /** Told when the person chooses sentences. */
  readonly onPair?: (pair: SentencePair) => void;
}

/** A token on one of the two sides. */
interface End {
  readonly side: 'destination' | 'source';
  readonly index: number;
}

const percent = format('.0%');
const share = format('.1~%');
const weight = format('.3f');
const least = format('.3~f');
/** Height of a token, in pixels. */
const line = 22;
/** Most lines that are drawn at once. */
const mostLines = 20_000;

/**
 * Draws tokens on two sides, with a line from each destination (left) to the sources it attends to (right), one colour for
 * each selected head of a layer. Without a selection it shows every head of the first layer.
 *
 * @param host an element; the view fills its height where it has one, and long texts scroll in it
 * @throws PellucidError `bad-input` when the axes are not those of attention
 */
export function headView(
  host: HTMLElement,
  attention: Attention | PackedAttention,
  options: HeadViewOptions = {},
): View<HeadViewOptions> {
  const patterns = readPatterns(attention);
  const { layers, heads, rows, columns, destinations, sources } = patterns;
  const { ownerDocument: document } = host;
  let told = options;
  const words = options.words ?? english;
  const root = makeRoot(host, Math.min(640, Math.max(rows, columns) * line + 110));
  const hasPair = [...destinations, ...sources].some((token) => token.segment === 1);
  const controls = headControls(document, layers, heads, hasPair, words, {
    onLayer: (next) => choose(next, new Set()),
    onHead(head, alone) {
      const next = new Set(alone ? [] : drawn());
      if (alone || !next.delete(head)) next.add(head);
      choose(layer, next);
    },
    onThreshold(threshold) {
      renew({ ...told, threshold });
      told.onThreshold?.(threshold);
    },
    onPair(pair) {
      renew({ ...told, pair });
      told.onPair?.(pair);
    },
  });
  root.append(controls.element);
  const { frame, canvas, context, readout } = makeStage(root, words.headView, words.headKeys);
  Object.assign(frame.style, { overflowX: 'hidden', overflowY: 'auto', touchAction: 'pan-y' });
  Object.assign(canvas.style, { position: 'sticky', top: '0', zIndex: '0' });

  let palette = viewPalettes[told.theme ?? 'light'];
  let selection = told.selection ?? noSelection;
  let layer = selection.heads.at(-1)?.layer ?? 0;
  let current: End | null = null;
  /** The patterns of this layer's heads that are drawn, with the sink left out. */
  let weights: Float32Array[] = [];
  let shownHeads: number[] = [];
  let lines: Lines;
  let hiddenShare = 0;

  const room = (tokens: readonly Token[]) =>
    tokens.reduce((most, token) => Math.max(most, labelWidth(labelParts(token), 13)), 30) + 16;
  const widest = Math.max(90, (host.clientWidth || 800) * 0.32);
  const [leftRoom, rightRoom] = [Math.min(widest, room(destinations)), Math.min(widest, room(sources))];
  const inner = make(document, 'div', {
    ...{ position: 'absolute', top: '0', left: '0', right: '0', zIndex: '1' },
    height: `${Math.max(rows, columns) * line}px`,
  });
  frame.append(inner);
  const columnOf = (tokens: readonly Token[], side: End['side']) =>
    tokens.map((token, index) => {
      const left = side === 'destination';
      const label = make(
        document,
        'div',
        {
          ...{ position: 'absolute', top: `${index * line}px`, height: `${line}px`, lineHeight: `${line}px` },
          ...{ width: `${left ? leftRoom : rightRoom}px`, [left ? 'left' : 'right']: '0' },
          ...{
            textAlign: left ? 'right' : 'left',
            padding: '0 6px',
            boxSizing: 'border-box',
            cursor: 'pointer',
          },
          ...{ whiteSpace: 'pre', overflow: 'hidden', textOverflow: 'ellipsis', fontSize: '13px' },
        },
        { title: labelText(token) },
      );
      const text = make(document, 'bdi', {});
      for (const part of isolated(labelParts(token))) {
        text.append(part.quiet ? make(document, 'span', { opacity: '0.55' }, {}, part.text) : part.text);
      }
      label.append(text);
      label.addEventListener('pointerenter', () => focus({ side, index }));
      label.addEventListener('click', () => pin({ side, index }));
      inner.append(label);
      return label;
    });
  const sides = { destination: columnOf(destinations, 'destination'), source: columnOf(sources, 'source') };
  inner.addEventListener('pointerleave', () => focus(null));

  /** Heads of this layer that are drawn. */
  function drawn(): ReadonlySet<number> {
    const chosen = selection.heads.filter((place) => place.layer === layer).map(({ head }) => head);
    return new Set(chosen.length > 0 ? chosen : heads.keys());
  }

  /** What is pinned: destinations, the last one last, or else a source. */
  const allPinned = (): End[] => {
    const chosen = pinnedDestinations(selection, rows);
    if (chosen.length > 0) return chosen.map((index) => ({ side: 'destination', index }));
    const { source } = selection;
    return source !== null && source < columns ? [{ side: 'source', index: source }] : [];
  };
  const pinned = (): End | null => allPinned().at(-1) ?? null;
  /** The pinned destination and source, where both are. */
  const pinnedEdge = (): readonly [row: number, column: number] | null => {
    const { destination, source } = selection;
    return destination !== null && source !== null && destination < rows && source < columns
      ? [destination, source]
      : null;
  };

  function renew(next: HeadViewOptions): void {
    told = next;
    palette = viewPalettes[told.theme ?? 'light'];
    shownHeads = [...drawn()].sort((a, b) => a - b);
    const hidden = hiddenSources(sources, told.sink);
    hiddenShare = 0;
    weights = shownHeads.map((head) => {
      const values = patternAt(patterns, indexOfHead(patterns, layer, head));
      if (hidden && told.sink)
        hiddenShare += leaveOut(values, columns, hidden, told.sink) / shownHeads.length;
      return values;
    });
    const allowed = allowedBy(told.pair ?? 'all', destinations, sources);
    lines = chooseLines(weights, {
      rows,
      columns,
      allowed,
      threshold: told.threshold ?? null,
      most: mostLines,
    });
    controls.show({
      ...{ layer, heads: new Set(shownHeads), palette, theme: told.theme ?? 'light' },
      pair: told.pair ?? 'all',
      threshold: told.threshold ?? lines.threshold,
    });
    tell();
    surface.redraw();
  }

  function choose(next: number, chosen: ReadonlySet<number>): void {
    layer = next;
    const all = chosen.size === 0 || chosen.size === heads.length;
    const places = [...chosen].map((head) => ({ layer, head }));
    selection = { ...selection, heads: all ? heads.map((_, head) => ({ layer, head })) : places };
    renew(told);
    told.onSelect?.(selection);
  }

  /** Weights between a token and all those of the other side, the mean over the drawn heads. */
  function meanFrom({ side, index }: End): Float32Array {
    const allowed = allowedBy(told.pair ?? 'all', destinations, sources);
    return Float32Array.from({ length: side === 'destination' ? columns : rows }, (_, other) => {
      const [row, column] = side === 'destination' ? [index, other] : [other, index];
      if (!allowed(row, column)) return 0;
      return weights.reduce((sum, values) => sum + values[row * columns + column]! / weights.length, 0);
    });
  }

  function tell(): void {
    const end = current ?? pinned();
    const notes: string[] = [];
    if (shownHeads.length === 1) notes.push(words.place(layers[layer]!, heads[shownHeads[0]!]!));
    else {
      const of = end ? `, ${words.aggregate.mean(shownHeads.length)}` : '';
      notes.push(words.layer(layers[layer]!) + of);
    }
    if (end) {
      const means = meanFrom(end);
      const others = end.side === 'destination' ? sources : destinations;
      const list = strongest(means, 5).map(
        (other) => `“${labelText(others[other]!)}” ${weight(means[other]!)}`,
      );
      const name = labelText((end.side === 'destination' ? destinations : sources)[end.index]!);
      const say = end.side === 'destination' ? words.attendsMost : words.attendedMost;
      notes.push(say(name, list.join(', ') || '–'));
      const edge = pinnedEdge();
      if (edge && !current)
        notes.splice(
          1,
          0,
          words.attends(
            labelText(destinations[edge[0]]!),
            labelText(sources[edge[1]]!),
            weight(means[edge[1]]!),
          ),
        );
    } else notes.push(words.covers(least(lines.threshold), percent(lines.covered)));
    if (lines.found > lines.count) notes.push(words.capped(lines.count, lines.found));
    if (hiddenShare > 0) notes.push(words.hiddenMass(share(hiddenShare)));
    readout.textContent = notes.join(' · ');
    const strong = current ? [current] : allPinned();
    const edge = current ? null : pinnedEdge();
    if (edge) strong.push({ side: 'source', index: edge[1] });
    for (const [side, labels] of Object.entries(sides)) {
      for (const [index, label] of labels.entries()) {
        const on = strong.some((each) => each.side === side && each.index === index);
        if ((label.style.fontWeight === '600') === on) continue;
        Object.assign(label.style, { fontWeight: on ? '600' : '', color: on ? palette.accent : '' });
      }
    }
  }

  function focus(end: End | null): void {
    if (end?.side === current?.side && end?.index === current?.index) return;
    current = end;
    const only = shownHeads.length === 1 ? { head: shownHeads[0]! } : {};
    const place: Focus | null = end && { layer, ...only, [end.side]: end.index };
    told.onFocus?.(place);
    tell();
    surface.redraw();
  }

  /** Pins a token of one side and leaves the other: one of each is an edge. */
  function pin({ side, index }: End): void {
    const same = selection[side] === index;
    const { heads, destination, source } = selection;
    selection = { heads, destination, source, [side]: same ? null : index };
    told.onSelect?.(selection);
    tell();
    surface.redraw();
  }

  function draw(width: number, height: number, ratio: number): void {
    canvas.style.height = `${height}px`;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const strip = Math.min(9, 120 / shownHeads.length);
    const end = current ?? pinned();
    const stripWidth = strip * shownHeads.length;
    const theme = told.theme ?? 'light';
    const place = {
      ...{ left: leftRoom + 4, right: width - rightRoom - 4, top: frame.scrollTop, height, line, strip },
      colors: shownHeads.map((head) => headColor(head, theme)),
      scale: told.scale ?? ('linear' as const),
      faintest: 0,
    };
    if (end === null) {
      paintLines(context, lines, place);
      return;
    }
    const allowed = allowedBy(told.pair ?? 'all', destinations, sources);
    const several = current ? [] : allPinned().slice(0, -1);
    for (const { side, index } of several) {
      const more = linesOfToken(weights, side, index, { rows, columns, allowed });
      paintLines(context, more, { ...place, right: place.right - stripWidth - 4, faintest: 6 });
    }
    const single = linesOfToken(weights, end.side, end.index, { rows, columns, allowed });
    const onRight = end.side === 'destination';
    const lineEnds = onRight
      ? { ...place, right: place.right - stripWidth - 4 }
      : { ...place, left: place.left + stripWidth + 4 };
    // Near-zero lines of many heads would add up to visible ones; the strips beside the tokens show all.
    paintLines(context, single, { ...lineEnds, faintest: 6 });
    if (several.length === 0) paintStrips(context, single, { ...place, onRight });
    const edge = current ? null : pinnedEdge();
    if (edge) {
      context.strokeStyle = palette.accent;
      context.lineWidth = 2.5;
      context.setLineDash([6, 3]);
      context.beginPath();
      context.moveTo(lineEnds.left, (edge[0] + 0.5) * line - place.top);
      context.lineTo(lineEnds.right, (edge[1] + 0.5) * line - place.top);
      context.stroke();
      context.setLineDash([]);
    }
  }

  const surface = keepDrawn(frame, canvas, draw);
  frame.addEventListener('scroll', () => surface.redraw(), { passive: true });
  frame.addEventListener('keydown', (event) => {
    const from = current ?? pinned() ?? { side: 'destination' as const, index: -1 };
    const counts = { destination: rows, source: columns };
    const at = (side: End['side'], index: number): End => ({
      side,
      index: Math.min(counts[side] - 1, Math.max(0, index)),
    });
    const moves: Readonly<Record<string, () => End>> = {
      ArrowUp: () => at(from.side, from.index - 1),
      ArrowDown: () => at(from.side, from.index + 1),
      ArrowLeft: () => at('destination', from.index),
      ArrowRight: () => at('source', from.index),
      Home: () => at(from.side, 0),
      End: () => at(from.side, counts[from.side]),
    };
    const move = moves[event.key];
    if (move) {
      const next = move();
      focus(next);
      sides[next.side][next.index]!.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (current) pin(current);
    } else if (event.key === 'Escape') focus(null);
    else return;
    event.preventDefault();
  });
  applyTheme(root, palette, told.theme ?? 'light');
  renew(told);

  return {
    ready: Promise.resolve(),
    update(next) {
      if (next.selection) {
        selection = next.selection;
        layer = selection.heads.at(-1)?.layer ?? layer;
      }
      if (next.focus !== undefined) {
        const { destination, source } = next.focus ?? {};
        if (destination !== undefined && destination < rows)
          current = { side: 'destination', index: destination };
        else current = source !== undefined && source < columns ? { side: 'source', index: source } : null;
      }
      const theme = next.theme ?? told.theme ?? 'light';
      applyTheme(root, viewPalettes[theme], theme);
      renew({ ...told, ...next });
    },
    destroy() {
      surface.stop();
      root.remove();
    },
  };
}

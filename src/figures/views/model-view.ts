import { format } from 'd3-format';
import type { Attention } from '../../explanations/index.js';
import { labelText } from '../drawing/labels.js';
import { fontFamily } from '../drawing/text-width.js';
import { applyTheme, keepDrawn, makeRoot, makeStage, viewPalettes } from './elements.js';
import { ModelAtlas } from './model-atlas.js';
import { panZoom } from './pan-zoom.js';
import { indexOfHead, type PackedAttention, patternAt, readPatterns } from './patterns.js';
import { pixelTable } from './shades.js';
import { hiddenMass, hiddenSources, leaveOut, sameSink } from './sink.js';
import { inSlices } from './slices.js';
import { type HeadPlace, noSelection, type View, type ViewOptions } from './view.js';
import { revealing } from './viewport.js';
import { english } from './words.js';

/** Options of {@link modelView}. */
export interface ModelViewOptions extends ViewOptions {
  /** Heads that share one key and value (grouped queries): a bracket is drawn over each such group. */
  readonly headsPerGroup?: number;
  /** Heads that stand out, by layer and number; all others are faded. null for all. */
  readonly shown?: readonly HeadPlace[] | null;
}

const percent = format('.1~%');
const weight = format('.3f');
/** Space for the names of layers, and of heads. */
const gutter = [34, 30] as const;
/** Where more heads than this are seen, the thumbnails suffice. */
const mostMissing = 48;

/**
 * Draws every head of every layer as a thumbnail, which can be moved, zoomed, and selected from. Each thumbnail has
 * the colours from 0 to its own largest weight; each of its pixels has the largest weight of the cells it stands for.
 * Zoomed in, heads are drawn cell by cell.
 *
 * @param host an element; the view fills its height where it has one
 * @throws PellucidError `bad-input` when the axes are not those of attention
 */
export function modelView(
  host: HTMLElement,
  attention: Attention | PackedAttention,
  options: ModelViewOptions = {},
): View<ModelViewOptions> {
  const patterns = readPatterns(attention);
  const { layers, heads, rows, columns, destinations, sources } = patterns;
  const total = layers.length * heads.length;
  let told = options;
  const words = options.words ?? english;
  const width = host.clientWidth || 800;
  const root = makeRoot(host, Math.min(760, Math.max(220, (width * layers.length) / heads.length + 60)));
  const view = host.ownerDocument.defaultView!;
  const stage = makeStage(root, words.modelView(layers.length, heads.length, rows), words.modelKeys);
  const { frame, context, readout } = stage;

  const cell = Math.min(frame.clientWidth / heads.length, frame.clientHeight / layers.length);
  const resolution = Math.min(96, Math.max(16, Math.ceil(cell * (view.devicePixelRatio || 1))));
  const atlas = new ModelAtlas(host.ownerDocument, patterns, resolution);
  const { pitch, thumbnail } = atlas;

  let palette = viewPalettes[told.theme ?? 'light'];
  let table = pixelTable(palette.sequential);
  let selection = told.selection ?? noSelection;
  let current: HeadPlace | null = null;
  let stopWork = () => {};
  let stopDetails: (() => void) | null = null;
  let announce: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const coloring = () => ({ scale: told.scale ?? ('linear' as const), table, sink: told.sink });

  const pan = panZoom({
    frame,
    footer: stage.footer,
    words,
    gutter: () => gutter,
    drawing: () => atlas.size,
    // Cells of 24 pixels are large enough to tell apart.
    largestScale: () => Math.max(4, (24 * columns) / thumbnail.width),
    changed: () => surface.redraw(),
  });

  /** The heads that are seen, as ranges of layers and heads. */
  function seen(width: number, height: number) {
    const { x, y, scale } = pan.viewport;
    return {
      firstHead: Math.max(0, Math.floor(x / pitch.width)),
      lastHead: Math.min(heads.length - 1, Math.floor((x + (width - gutter[0]) / scale) / pitch.width)),
      firstLayer: Math.max(0, Math.floor(y / pitch.height)),
      lastLayer: Math.min(layers.length - 1, Math.floor((y + (height - gutter[1]) / scale) / pitch.height)),
    };
  }

  function paintDetails(missing: number[], level: number): void {
    if (stopDetails !== null || missing.length === 0) return;
    stopDetails = inSlices(
      view,
      () => {
        const index = missing.pop();
        if (index !== undefined) atlas.paintDetail(index, level, coloring());
        return missing.length > 0;
      },
      () => {},
      () => {
        stopDetails = null;
        surface.redraw();
      },
    );
  }

  function outline({ layer, head }: HeadPlace, color: string, thickness: number): void {
    const { x, y, scale } = pan.viewport;
    context.strokeStyle = color;
    context.lineWidth = thickness;
    context.strokeRect(
      gutter[0] + (head * pitch.width - x) * scale - thickness / 2,
      gutter[1] + (layer * pitch.height - y) * scale - thickness / 2,
      thumbnail.width * scale + thickness,
      thumbnail.height * scale + thickness,
    );
  }

  function draw(width: number, height: number, ratio: number): void {
    pan.resized();
    const { x, y, scale } = pan.viewport;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.save();
    context.beginPath();
    context.rect(gutter[0] - 3, gutter[1] - 3, width, height);
    context.clip();
    context.imageSmoothingEnabled = scale * ratio < 1;
    context.drawImage(
      ...([atlas.canvas, gutter[0] - x * scale, gutter[1] - y * scale] as const),
      ...([atlas.canvas.width * scale, atlas.canvas.height * scale] as const),
    );
    const range = seen(width, height);
    const level = atlas.levelFor(Math.max(thumbnail.width, thumbnail.height) * scale * ratio);
    if (atlas.isFiner(level)) {
      const missing: number[] = [];
      for (let layer = range.firstLayer; layer <= range.lastLayer; layer++) {
        for (let head = range.firstHead; head <= range.lastHead; head++) {
          const index = indexOfHead(patterns, layer, head);
          const picture = atlas.detail(index);
          if (picture?.level !== level) missing.push(index);
          if (picture === undefined) continue;
          const left = gutter[0] + (head * pitch.width - x) * scale;
          const top = gutter[1] + (layer * pitch.height - y) * scale;
          const [wide, high] = [thumbnail.width * scale, thumbnail.height * scale];
          context.imageSmoothingEnabled = picture.level > level;
          context.clearRect(left, top, wide, high);
          context.drawImage(picture.canvas, left, top, wide, high);
        }
      }
      if (missing.length <= mostMissing) paintDetails(missing.reverse(), level);
    }
    fadeOthers(range);
    for (const place of selection.heads) outline(place, palette.accent, 2.5);
    if (current) outline(current, palette.mark, 2);
    context.restore();
    drawNames(range, scale);
  }

  /** Covers what does not stand out with the ground, but for a trace. */
  function fadeOthers(range: ReturnType<typeof seen>): void {
    if (!told.shown) return;
    const standing = new Set(told.shown.map(({ layer, head }) => indexOfHead(patterns, layer, head)));
    const { x, y, scale } = pan.viewport;
    context.fillStyle = palette.background;
    context.globalAlpha = 0.82;
    for (let layer = range.firstLayer; layer <= range.lastLayer; layer++) {
      for (let head = range.firstHead; head <= range.lastHead; head++) {
        if (standing.has(indexOfHead(patterns, layer, head))) continue;
        const [left, top] = [head * pitch.width - x, layer * pitch.height - y];
        context.fillRect(
          ...([gutter[0] + left * scale, gutter[1] + top * scale] as const),
          ...([thumbnail.width * scale, thumbnail.height * scale] as const),
        );
      }
    }
    context.globalAlpha = 1;
  }

  function drawNames(range: ReturnType<typeof seen>, scale: number): void {
    const { x, y } = pan.viewport;
    context.font = `11px ${fontFamily}`;
    context.fillStyle = palette.muted;
    context.textBaseline = 'middle';
    const step = (pitch: number, room: number) => Math.max(1, Math.ceil(room / (pitch * scale)));
    context.textAlign = 'right';
    const everyLayer = step(pitch.height, 14);
    for (let layer = range.firstLayer; layer <= range.lastLayer; layer++) {
      const middle = gutter[1] + (layer * pitch.height + thumbnail.height / 2 - y) * scale;
      if (layer % everyLayer === 0 && middle > gutter[1])
        context.fillText(layers[layer]!, gutter[0] - 8, middle);
    }
    context.textAlign = 'center';
    const everyHead = step(pitch.width, heads.length > 100 ? 26 : 20);
    for (let head = range.firstHead; head <= range.lastHead; head++) {
      const middle = gutter[0] + (head * pitch.width + thumbnail.width / 2 - x) * scale;
      if (head % everyHead === 0 && middle > gutter[0])
        context.fillText(heads[head]!, middle, gutter[1] - 10);
    }
    const group = told.headsPerGroup ?? 1;
    if (group < 2) return;
    context.strokeStyle = palette.quiet;
    context.lineWidth = 1.5;
    context.beginPath();
    for (let head = 0; head < heads.length; head += group) {
      const last = Math.min(head + group, heads.length) - 1;
      const left = Math.max(gutter[0], gutter[0] + (head * pitch.width - x) * scale);
      const right = gutter[0] + (last * pitch.width + thumbnail.width - x) * scale;
      if (right <= left) continue;
      context.moveTo(left, 9);
      context.lineTo(left, 5);
      context.lineTo(right, 5);
      context.lineTo(right, 9);
    }
    context.stroke();
  }

  /** Tells of a head in words. */
  function tell(): void {
    const notes: string[] = [];
    const hidden = hiddenSources(sources, told.sink);
    const place = current ?? selection.heads.at(-1) ?? null;
    if (place) {
      const index = indexOfHead(patterns, place.layer, place.head);
      const values = patternAt(patterns, index);
      if (hidden && told.sink) leaveOut(values, columns, hidden, told.sink);
      let at = 0;
      for (let i = 1; i < values.length; i++) if (!(values[i]! <= values[at]!) && values[i]! >= 0) at = i;
      const destination = labelText(destinations[Math.floor(at / columns)]!);
      notes.push(
        `${words.place(layers[place.layer]!, heads[place.head]!)}: ${words.strongest(weight(values[at]!), destination, labelText(sources[at % columns]!))}`,
      );
      if (hidden) notes.push(words.hiddenMass(percent(hiddenMass(patterns, [index], hidden))));
    } else notes.push(words.modelKeys);
    readout.textContent = notes.join(' · ');
  }

  function headAt(event: MouseEvent): HeadPlace | null {
    const box = frame.getBoundingClientRect();
    const { x, y, scale } = pan.viewport;
    const right = (event.clientX - box.left - gutter[0]) / scale + x;
    const down = (event.clientY - box.top - gutter[1]) / scale + y;
    const [head, layer] = [Math.floor(right / pitch.width), Math.floor(down / pitch.height)];
    const inside = head >= 0 && head < heads.length && layer >= 0 && layer < layers.length;
    return inside && right >= x && down >= y ? { layer, head } : null;
  }

  function focus(place: HeadPlace | null): void {
    if (place?.layer === current?.layer && place?.head === current?.head) return;
    current = place;
    told.onFocus?.(place);
    tell();
    surface.redraw();
  }

  function select(place: HeadPlace, add: boolean): void {
    const others = selection.heads.filter(({ layer, head }) => layer !== place.layer || head !== place.head);
    const was = others.length < selection.heads.length;
    const chosen = add ? (was ? others : [...others, place]) : was && others.length === 0 ? [] : [place];
    selection = { ...selection, heads: chosen };
    told.onSelect?.(selection);
    tell();
    surface.redraw();
  }

  frame.addEventListener('pointermove', (event) => {
    if (event.buttons === 0) focus(headAt(event));
  });
  frame.addEventListener('pointerleave', () => focus(null));
  frame.addEventListener('click', (event) => {
    const place = headAt(event);
    if (place && !pan.dragging) select(place, event.shiftKey || event.ctrlKey || event.metaKey);
  });
  const steps: Readonly<Record<string, readonly [down: number, right: number]>> = {
    ...{ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] },
    ...{
      Home: [0, -heads.length],
      End: [0, heads.length],
      PageUp: [-layers.length, 0],
      PageDown: [layers.length, 0],
    },
  };
  frame.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (step) {
      const from = current ?? selection.heads.at(-1);
      const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
      const place = from
        ? {
            layer: within(from.layer + step[0], layers.length),
            head: within(from.head + step[1], heads.length),
          }
        : { layer: 0, head: 0 };
      focus(place);
      const box = { x: place.head * pitch.width, y: place.layer * pitch.height, ...pitch };
      const area = { width: frame.clientWidth - gutter[0], height: frame.clientHeight - gutter[1] };
      pan.show(revealing(pan.viewport, box, atlas.size, area));
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (current) select(current, event.shiftKey);
    } else if (event.key === 'Escape') focus(null);
    else if (!pan.key(event)) return;
    event.preventDefault();
  });

  function paintAll(): void {
    stopWork();
    stopDetails?.();
    stopDetails = null;
    atlas.forgetDetails();
    let next = 0;
    stopWork = inSlices(
      view,
      () => {
        atlas.paint(next++, coloring());
        return next < total;
      },
      () => surface.redraw(),
      announce,
    );
  }

  const surface = keepDrawn(frame, stage.canvas, draw);
  applyTheme(root, palette, told.theme ?? 'light');
  tell();
  paintAll();

  return {
    ready,
    update(next) {
      const before = told;
      told = { ...told, ...next };
      if (next.selection) selection = next.selection;
      palette = viewPalettes[told.theme ?? 'light'];
      const sameSources = sameSink(told.sink, before.sink);
      if (!sameSources) atlas.forgetPooled();
      if (told.theme !== before.theme) {
        table = pixelTable(palette.sequential);
        applyTheme(root, palette, told.theme ?? 'light');
      }
      if (!sameSources || told.theme !== before.theme || told.scale !== before.scale) paintAll();
      tell();
      surface.redraw();
    },
    destroy() {
      stopWork();
      stopDetails?.();
      surface.stop();
      root.remove();
    },
  };
}

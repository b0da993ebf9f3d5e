import { format } from 'd3-format';
import type { Attention } from '../../explanations/index.js';
import { labelText, labelWidth as widthOf } from '../drawing/labels.js';
import { fontFamily } from '../drawing/text-width.js';
import { axisLabels, drawLabel, labelSize } from './canvas-labels.js';
import { applyTheme, keepDrawn, makeRoot, makeStage, viewPalettes } from './elements.js';
import { allowedBy, type SentencePair } from './head-lines.js';
import { type MatrixPicture, matrixPicture } from './matrix-picture.js';
import { panZoom } from './pan-zoom.js';
import { indexOfHead, type PackedAttention, readPatterns } from './patterns.js';
import { pixelTable } from './shades.js';
import { sameSink } from './sink.js';
import { type Focus, noSelection, pinnedDestinations, type View, type ViewOptions } from './view.js';
import { revealing } from './viewport.js';
import { english } from './words.js';

/** Options of {@link matrixView}. */
export interface MatrixViewOptions extends ViewOptions {
  /** How several selected heads become one matrix; `mean` by default. */
  readonly aggregate?: 'mean' | 'max';
  /** Which sentences of a pair are looked at; `all` by default. */
  readonly pair?: SentencePair;
}

interface Cell {
  readonly row: number;
  readonly column: number;
}

const percent = format('.1~%');
const weight = format('.3f');
/** Smallest cells, in pixels, that a number fits in. */
const numbered = 30;

/**
 * Draws the attention of the selected head, or the mean or largest of several, as a matrix: a row for each destination,
 * a column for each source. Without a selection it is the first head.
 *
 * @param host an element; the view fills its height where it has one
 * @throws PellucidError `bad-input` when the axes are not those of attention
 */
export function matrixView(
  host: HTMLElement,
  attention: Attention | PackedAttention,
  options: MatrixViewOptions = {},
): View<MatrixViewOptions> {
  const patterns = readPatterns(attention);
  const { layers, heads, rows, columns, destinations, sources } = patterns;
  let told = options;
  const words = options.words ?? english;
  const root = makeRoot(host, 560);
  const stage = makeStage(root, words.matrixView, words.matrixKeys);
  const { frame, context, readout } = stage;
  const narrow = host.clientWidth < 560;
  const [rowLabels, rowWidth] = axisLabels(destinations, narrow ? 70 : 130);
  const [columnLabels, columnHeight] = axisLabels(sources, narrow ? 60 : 100);
  const gutter = [rowWidth + 14, columnHeight + 14] as const;

  let palette = viewPalettes[told.theme ?? 'light'];
  let table = pixelTable(palette.sequential);
  let selection = told.selection ?? noSelection;
  let current: Cell | null = null;

  const shownHeads = () => (selection.heads.length > 0 ? selection.heads : [{ layer: 0, head: 0 }]);
  const makePicture = (): MatrixPicture => {
    const indexes = shownHeads().map(({ layer, head }) => indexOfHead(patterns, layer, head));
    const { aggregate = 'mean', pair = 'all', sink, scale = 'linear' } = told;
    const allowed = pair === 'all' ? null : allowedBy(pair, destinations, sources);
    return matrixPicture(host.ownerDocument, patterns, indexes, { aggregate, allowed, sink, scale, table });
  };
  let picture = makePicture();

  const pan = panZoom({
    ...{ frame, footer: stage.footer, words },
    gutter: () => gutter,
    drawing: () => ({ width: columns, height: rows }),
    largestScale: () => 56,
    changed: () => surface.redraw(),
  });

  const leftOf = (column: number) => gutter[0] + (column - pan.viewport.x) * pan.viewport.scale;
  const topOf = (row: number) => gutter[1] + (row - pan.viewport.y) * pan.viewport.scale;
  const pinned = (): Cell | null => {
    const { destination, source } = selection;
    return destination !== null && source !== null && destination < rows && source < columns
      ? { row: destination, column: source }
      : null;
  };

  /** The rows and columns that are seen. */
  function seen(width: number, height: number) {
    const { x, y, scale } = pan.viewport;
    return {
      ...{ firstColumn: Math.max(0, Math.floor(x)), firstRow: Math.max(0, Math.floor(y)) },
      lastColumn: Math.min(columns - 1, Math.floor(x + (width - gutter[0]) / scale)),
      lastRow: Math.min(rows - 1, Math.floor(y + (height - gutter[1]) / scale)),
    };
  }

  /** The line between where tokens can look and where they cannot. */
  function outlineMask(): void {
    const { mask } = picture;
    if (mask === null) return;
    const reach = mask.window ?? rows;
    context.beginPath();
    context.moveTo(leftOf(0), topOf(0));
    for (let row = 0; row < rows; row++) {
      context.lineTo(leftOf(row + 1), topOf(row));
      context.lineTo(leftOf(row + 1), topOf(row + 1));
    }
    for (let row = rows - 1; row >= 0; row--) {
      const first = Math.max(0, row - reach + 1);
      context.lineTo(leftOf(first), topOf(row + 1));
      context.lineTo(leftOf(first), topOf(row));
    }
    context.strokeStyle = palette.quiet;
    context.lineWidth = 1;
    context.stroke();
  }

  function drawNumbers(range: ReturnType<typeof seen>): void {
    const { scale } = pan.viewport;
    if (scale < numbered) return;
    context.font = `${Math.min(12, scale / 2.9)}px ${fontFamily}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (let row = range.firstRow; row <= range.lastRow; row++) {
      for (let column = range.firstColumn; column <= range.lastColumn; column++) {
        const value = picture.values[row * columns + column]!;
        if (Number.isNaN(value)) continue;
        context.fillStyle = picture.textColor(row * columns + column);
        context.fillText(value.toFixed(2), leftOf(column + 0.5), topOf(row + 0.5));
      }
    }
  }

  function drawMarks(width: number, height: number): void {
    const { scale } = pan.viewport;
    const box = ({ row, column }: Cell, color: string) => {
      context.strokeStyle = color;
      context.lineWidth = 2;
      const side = Math.max(4, scale);
      context.strokeRect(leftOf(column + 0.5) - side / 2, topOf(row + 0.5) - side / 2, side, side);
    };
    const pin = pinned();
    if (pin) box(pin, palette.accent);
    const [right, bottom] = [Math.min(width, leftOf(columns)), Math.min(height, topOf(rows))];
    context.lineWidth = 1.5;
    context.strokeStyle = palette.accent;
    for (const row of pinnedDestinations(selection, rows))
      context.strokeRect(gutter[0], topOf(row), right - gutter[0], scale);
    if (current === null) return;
    context.strokeStyle = palette.mark;
    context.globalAlpha = 0.55;
    context.lineWidth = 1;
    context.strokeRect(gutter[0], topOf(current.row), right - gutter[0], scale);
    context.strokeRect(leftOf(current.column), gutter[1], scale, bottom - gutter[1]);
    context.globalAlpha = 1;
    box(current, palette.mark);
  }

  /** The cell of a focus that names both its tokens. */
  function cellOf(focus: Focus | null): Cell | null {
    const { destination, source } = focus ?? {};
    if (destination === undefined || source === undefined) return null;
    return destination < rows && source < columns ? { row: destination, column: source } : null;
  }

  function drawLabels(range: ReturnType<typeof seen>): void {
    const { scale } = pan.viewport;
    const step = Math.max(1, Math.ceil((labelSize * 1.3) / scale));
    const lookedAt = told.focus;
    const strong = new Set([
      ...pinnedDestinations(selection, rows),
      ...[current?.row ?? lookedAt?.destination].filter((row) => row !== undefined),
    ]);
    // Names beside the one that is looked at make room for it.
    const shows = (index: number, special: number | undefined) =>
      index === special ||
      (index % step === 0 && !(special !== undefined && Math.abs(index - special) < step));
    for (let row = range.firstRow; row <= range.lastRow; row++) {
      if (!shows(row, current?.row ?? lookedAt?.destination) || topOf(row + 0.5) < gutter[1]) continue;
      const label = rowLabels[row]!;
      const left = gutter[0] - 8 - widthOf(label, labelSize);
      drawLabel(context, label, left, topOf(row + 0.5), palette, strong.has(row));
    }
    for (let column = range.firstColumn; column <= range.lastColumn; column++) {
      if (!shows(column, current?.column) || leftOf(column + 0.5) < gutter[0]) continue;
      context.save();
      context.translate(leftOf(column + 0.5), gutter[1] - 8);
      context.rotate(-Math.PI / 2);
      drawLabel(context, columnLabels[column]!, 0, 0, palette, column === current?.column);
      context.restore();
    }
  }

  function draw(width: number, height: number, ratio: number): void {
    pan.resized();
    const { scale } = pan.viewport;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const range = seen(width, height);
    context.save();
    context.beginPath();
    context.rect(gutter[0] - 1, gutter[1] - 1, width, height);
    context.clip();
    context.imageSmoothingEnabled = scale * ratio * columns < picture.canvas.width;
    context.drawImage(picture.canvas, leftOf(0), topOf(0), columns * scale, rows * scale);
    context.fillStyle = palette.missing;
    for (let column = range.firstColumn; column <= range.lastColumn; column++) {
      if (picture.hidden?.[column] === 1) context.fillRect(leftOf(column), topOf(0), scale, rows * scale);
    }
    outlineMask();
    drawNumbers(range);
    drawMarks(width, height);
    context.restore();
    drawLabels(range);
  }

  function tell(): void {
    const shown = shownHeads();
    const only = shown.length === 1 ? shown[0]! : null;
    const notes = [
      only
        ? words.place(layers[only.layer]!, heads[only.head]!)
        : words.aggregate[told.aggregate ?? 'mean'](shown.length),
    ];
    const cell = current ?? pinned();
    if (cell) {
      const value = picture.values[cell.row * columns + cell.column]!;
      const absent = picture.hidden?.[cell.column] === 1 ? words.leftOut : words.masked;
      const [destination, source] = [labelText(destinations[cell.row]!), labelText(sources[cell.column]!)];
      notes.push(words.attends(destination, source, Number.isNaN(value) ? absent : weight(value)));
    }
    const { mask } = picture;
    if (mask) notes.push(mask.window === null ? words.causal : words.window(mask.window));
    if (picture.hidden) notes.push(words.hiddenMass(percent(picture.hiddenMass)));
    readout.textContent = notes.join(' · ');
  }

  function cellAt(event: MouseEvent): Cell | null {
    const box = frame.getBoundingClientRect();
    const { x, y, scale } = pan.viewport;
    const right = event.clientX - box.left - gutter[0];
    const down = event.clientY - box.top - gutter[1];
    const [row, column] = [Math.floor(down / scale + y), Math.floor(right / scale + x)];
    return right >= 0 && down >= 0 && row < rows && column < columns ? { row, column } : null;
  }

  function focus(cell: Cell | null): void {
    if (cell?.row === current?.row && cell?.column === current?.column) return;
    current = cell;
    const shown = shownHeads();
    const head = shown.length === 1 ? shown[0] : {};
    told.onFocus?.(cell && { ...head, destination: cell.row, source: cell.column });
    tell();
    surface.redraw();
  }

  function pin(cell: Cell): void {
    const was = pinned();
    const same = was?.row === cell.row && was.column === cell.column;
    selection = same
      ? { ...selection, destination: null, source: null }
      : { ...selection, destination: cell.row, source: cell.column };
    told.onSelect?.(selection);
    tell();
    surface.redraw();
  }

  frame.addEventListener('pointermove', (event) => {
    if (event.buttons === 0) focus(cellAt(event));
  });
  frame.addEventListener('pointerleave', () => focus(null));
  frame.addEventListener('click', (event) => {
    const cell = cellAt(event);
    if (cell && !pan.dragging) pin(cell);
  });
  const steps: Readonly<Record<string, readonly [down: number, right: number]>> = {
    ...{ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] },
    ...{ Home: [0, -columns], End: [0, columns], PageUp: [-rows, 0], PageDown: [rows, 0] },
  };
  frame.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (step) {
      const from = current ?? pinned();
      const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
      focus(
        from
          ? { row: within(from.row + step[0], rows), column: within(from.column + step[1], columns) }
          : { row: 0, column: 0 },
      );
      const box = { x: current!.column, y: current!.row, width: 1, height: 1 };
      const area = { width: frame.clientWidth - gutter[0], height: frame.clientHeight - gutter[1] };
      pan.show(revealing(pan.viewport, box, { width: columns, height: rows }, area));
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (current) pin(current);
    } else if (event.key === 'Escape') focus(null);
    else if (!pan.key(event)) return;
    event.preventDefault();
  });

  const surface = keepDrawn(frame, stage.canvas, draw);
  applyTheme(root, palette, told.theme ?? 'light');
  tell();

  return {
    ready: Promise.resolve(),
    update(next) {
      const before = { ...told, heads: selection.heads };
      told = { ...told, ...next };
      if (next.selection) selection = next.selection;
      if (next.focus !== undefined) current = cellOf(next.focus);
      palette = viewPalettes[told.theme ?? 'light'];
      if (told.theme !== before.theme) {
        table = pixelTable(palette.sequential);
        applyTheme(root, palette, told.theme ?? 'light');
      }
      const same =
        told.theme === before.theme &&
        told.scale === before.scale &&
        sameSink(told.sink, before.sink) &&
        told.aggregate === before.aggregate &&
        told.pair === before.pair &&
        JSON.stringify(selection.heads) === JSON.stringify(before.heads);
      if (!same) picture = makePicture();
      tell();
      surface.redraw();
    },
    destroy() {
      surface.stop();
      root.remove();
    },
  };
}

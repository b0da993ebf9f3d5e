import type { PatternOf } from './decode.js';
import type { Paint } from './paint.js';
import type { Payload, TokenPieces } from './payload.js';

/**
 * Brings the page to life: pickers, cells, labels, readout, table. Runs inside the page, from its own source text: it may use
 * nothing but its arguments and what browsers have. Tokens are untrusted, so they enter the page as text nodes only.
 */
export function explore(payload: Payload, patternOf: PatternOf, paint: Paint): void {
  const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
  const layerPicker = find<HTMLSelectElement>('layer');
  const headPicker = find<HTMLSelectElement>('head');
  const sizePicker = find<HTMLSelectElement>('size');
  const rangePicker = find<HTMLSelectElement>('range');
  const themePicker = find<HTMLSelectElement>('theme');
  const thumbnails = find<HTMLDivElement>('heads');
  const frame = find<HTMLDivElement>('frame');
  const plot = find<HTMLDivElement>('plot');
  const canvas = find<HTMLCanvasElement>('cells');
  const numbers = find<HTMLDivElement>('numbers');
  const marker = find<HTMLDivElement>('marker');
  const rowLabels = find<HTMLDivElement>('rows');
  const columnLabels = find<HTMLDivElement>('columns');
  const readout = find<HTMLParagraphElement>('readout');
  const strongest = find<HTMLOListElement>('strongest');
  const live = find<HTMLParagraphElement>('live');
  const bar = find<HTMLDivElement>('bar');
  const most = find<HTMLSpanElement>('most');
  const table = find<HTMLDetailsElement>('table');

  const sources = payload.tokens;
  const { destinations = sources } = payload;
  const [rows, count] = [destinations.length, sources.length];
  const nameOf = (parts: TokenPieces = []) => parts.map(([text]) => text).join('');
  const state = { ...payload.start, row: 0, column: 0, cell: 0 };
  let pattern = patternOf(state.layer, state.head);
  const decimals = payload.encoding === 'u8' ? 2 : 3;

  const darkSystem = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => themePicker.value === 'dark' || (themePicker.value === 'system' && darkSystem.matches);
  const colors = () => (isDark() ? payload.colors.dark : payload.colors.light);
  const largest = (values: Float32Array) =>
    values.reduce((top, value) => (Number.isNaN(value) ? top : Math.max(top, value)), 0);
  const rangeOf = (values: Float32Array) => (rangePicker.value === 'one' ? 1 : largest(values));
  const headName = (name: string) => (name === 'mean' ? 'mean of heads' : `head ${name}`);

  function label(parts: TokenPieces = []): HTMLElement {
    const isolated = document.createElement('bdi');
    for (const [text, quiet] of parts) {
      if (!quiet) isolated.append(text);
      else {
        const sign = document.createElement('span');
        sign.className = 'quiet';
        sign.textContent = text;
        isolated.append(sign);
      }
    }
    return isolated;
  }

  function write(row: number, column: number): string {
    const value = pattern[row * count + column] as number;
    if (payload.causal && column > row) return 'cannot attend';
    return Number.isNaN(value) ? 'no value' : value.toFixed(decimals);
  }

  function showReadout(announce: boolean): void {
    const { row, column, cell } = state;
    const value = document.createElement('strong');
    value.textContent = write(row, column);
    readout.replaceChildren(label(destinations[row]), ' attends to ', label(sources[column]), ': ', value);
    marker.style.transform = `translate(${column * cell}px, ${row * cell}px)`;
    for (const [box, index] of [
      [rowLabels, row],
      [columnLabels, column],
    ] as const) {
      box.querySelector('.current')?.classList.remove('current');
      box.querySelector(`[data-index="${index}"]`)?.classList.add('current');
    }
    const ranked = Array.from({ length: count }, (_, index) => index)
      .filter((index) => !Number.isNaN(pattern[row * count + index]))
      .sort((a, b) => (pattern[row * count + b] as number) - (pattern[row * count + a] as number));
    strongest.replaceChildren(
      ...ranked.slice(0, 5).map((index) => {
        const item = document.createElement('li');
        const amount = document.createElement('span');
        amount.className = 'amount';
        amount.textContent = write(row, index);
        item.style.setProperty('--share', String(pattern[row * count + index]));
        item.append(label(sources[index]), amount);
        return item;
      }),
    );
    if (announce)
      live.textContent = `${nameOf(destinations[row])} attends to ${nameOf(sources[column])}: ${write(row, column)}`;
  }

  function fillTable(): void {
    if (!table.open) return;
    const grid = document.createElement('table');
    const caption = grid.createCaption();
    caption.textContent = `Attention of layer ${payload.layers[state.layer]}, ${headName(payload.heads[state.head] ?? '')}: rows attend to columns`;
    const cellOf = (kind: string, content: string | HTMLElement, scope?: string) => {
      const cell = document.createElement(kind);
      if (scope) cell.setAttribute('scope', scope);
      cell.append(content);
      return cell;
    };
    const headings = grid.createTHead().insertRow();
    headings.append(cellOf('th', 'destination', 'col'));
    for (let column = 0; column < count; column++)
      headings.append(cellOf('th', label(sources[column]), 'col'));
    const body = grid.createTBody();
    for (let row = 0; row < rows; row++) {
      const line = body.insertRow();
      line.append(cellOf('th', label(destinations[row]), 'row'));
      for (let column = 0; column < count; column++) {
        line.append(cellOf('td', payload.causal && column > row ? '' : write(row, column)));
      }
    }
    find<HTMLDivElement>('values').replaceChildren(grid);
  }

  function fillLabels(box: HTMLElement, tokens: readonly TokenPieces[], step: number): void {
    const labels: HTMLElement[] = [];
    for (let index = 0; index < tokens.length; index += step) {
      const line = document.createElement('div');
      line.dataset.index = String(index);
      line.title = nameOf(tokens[index]);
      // The outermost labels of small cells are taller than their cells: they stay inside.
      const at = Math.min(tokens.length * state.cell - 9, Math.max(9, (index + 0.5) * state.cell));
      line.style.setProperty('--at', `${at}px`);
      line.append(label(tokens[index]));
      labels.push(line);
    }
    box.replaceChildren(...labels);
  }

  function resize(): void {
    const room = frame.clientWidth - rowLabels.offsetWidth - 14;
    const fitting = room / count;
    const readable = 17;
    state.cell =
      sizePicker.value === 'fit'
        ? Math.max(1, Math.min(48, fitting))
        : Math.max(readable, Math.min(48, fitting));
    plot.style.setProperty('--size', `${state.cell * count}px`);
    plot.style.setProperty('--height', `${state.cell * rows}px`);
    plot.style.setProperty('--cell', `${state.cell}px`);
    const step = Math.max(1, Math.ceil(readable / state.cell - 1e-6));
    fillLabels(rowLabels, destinations, step);
    fillLabels(columnLabels, sources, step);
    const tallest = Math.max(
      ...Array.from(columnLabels.children, (line) => (line as HTMLElement).offsetHeight),
    );
    plot.style.setProperty('--heading', `${tallest + 12}px`);
    fillNumbers();
    showReadout(false);
  }

  function drawHeads(): void {
    thumbnails.hidden = payload.heads.length < 2;
    if (thumbnails.hidden) return;
    thumbnails.replaceChildren(
      ...payload.heads.map((name, head) => {
        const values = patternOf(state.layer, head);
        const button = document.createElement('button');
        button.type = 'button';
        button.setAttribute('aria-pressed', String(head === state.head));
        button.setAttribute('aria-label', `Layer ${payload.layers[state.layer]}, ${headName(name)}`);
        const picture = document.createElement('canvas');
        picture.setAttribute('aria-hidden', 'true');
        paint(picture, values, count, rangeOf(values), colors());
        button.append(picture, name);
        button.addEventListener('click', () => {
          headPicker.value = String(head);
          pick();
        });
        return button;
      }),
    );
  }

  /** Dark or light by relative luminance (WCAG 2), as the heatmap does. */
  function textOn(color: string): string {
    const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
      const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.22 ? '#262626' : '#ffffff';
  }

  /** Writes the values into the cells where they are large enough for that. */
  function fillNumbers(): void {
    const wide = 34;
    numbers.hidden = state.cell < wide;
    if (numbers.hidden) {
      numbers.replaceChildren();
      return;
    }
    const [all, range] = [colors(), rangeOf(pattern)];
    const texts = Array.from(pattern, (value) => {
      const text = document.createElement('span');
      if (Number.isNaN(value)) return text;
      const step = range > 0 ? Math.min(255, Math.floor((value / range) * 256)) : 0;
      text.textContent = value.toFixed(2);
      text.style.color = textOn(all.slice(step * 6, step * 6 + 6));
      return text;
    });
    numbers.style.gridTemplateColumns = `repeat(${count}, 1fr)`;
    numbers.replaceChildren(...texts);
  }

  function draw(): void {
    paint(canvas, pattern, count, rangeOf(pattern), colors());
    const title = `Layer ${payload.layers[state.layer]}, ${headName(payload.heads[state.head] ?? '')}`;
    find('which').textContent = title;
    find('focus').setAttribute('aria-label', `${title}: attention heatmap, ${rows} by ${count} tokens`);
    most.textContent = rangeOf(pattern).toFixed(2);
    const table256 = colors();
    const stops = [0, 51, 102, 153, 204, 255].map((i) => `#${table256.slice(i * 6, i * 6 + 6)}`);
    bar.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
    fillNumbers();
  }

  function pick(): void {
    const layerChanged = state.layer !== layerPicker.selectedIndex;
    state.layer = layerPicker.selectedIndex;
    state.head = headPicker.selectedIndex;
    pattern = patternOf(state.layer, state.head);
    draw();
    if (layerChanged) drawHeads();
    else {
      for (const [head, button] of Array.from(thumbnails.children).entries()) {
        button.setAttribute('aria-pressed', String(head === state.head));
      }
    }
    showReadout(true);
    fillTable();
  }

  function redraw(): void {
    if (themePicker.value === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = themePicker.value;
    draw();
    drawHeads();
  }

  const fill = (picker: HTMLSelectElement, options: readonly string[], chosen: number) => {
    picker.replaceChildren(...options.map((name, index) => new Option(name, String(index))));
    picker.selectedIndex = chosen;
    picker.disabled = options.length < 2;
  };
  fill(layerPicker, payload.layers, state.layer);
  fill(headPicker, payload.heads, state.head);
  layerPicker.addEventListener('change', pick);
  headPicker.addEventListener('change', pick);
  sizePicker.addEventListener('change', resize);
  rangePicker.addEventListener('change', redraw);
  themePicker.addEventListener('change', redraw);
  darkSystem.addEventListener('change', redraw);
  table.addEventListener('toggle', fillTable);

  const point = (event: PointerEvent) => {
    const box = canvas.getBoundingClientRect();
    const at = (offset: number, most: number) =>
      Math.min(most - 1, Math.max(0, Math.floor(offset / state.cell)));
    state.column = at(event.clientX - box.left, count);
    state.row = at(event.clientY - box.top, rows);
    showReadout(false);
  };
  canvas.addEventListener('pointermove', point);
  canvas.addEventListener('pointerdown', point);

  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    Home: [0, -count],
    End: [0, count],
    PageUp: [-rows, 0],
    PageDown: [rows, 0],
  };
  find('focus').addEventListener('keydown', (event) => {
    const move = moves[event.key];
    if (move === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    state.row = Math.min(rows - 1, Math.max(0, state.row + move[0]));
    state.column = Math.min(count - 1, Math.max(0, state.column + move[1]));
    showReadout(true);
    marker.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });

  redraw();
  resize();
  let width = frame.clientWidth;
  new ResizeObserver(() => {
    // Only the width decides about the size of cells; the height follows from it.
    if (frame.clientWidth !== width) {
      width = frame.clientWidth;
      resize();
    }
  }).observe(frame);
}

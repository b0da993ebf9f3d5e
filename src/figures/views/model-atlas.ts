import type { Patterns } from './patterns.js';
import { maxPool } from './pool.js';
import { type ColorScale, largest, paintShades, shadesOf } from './shades.js';
import { hiddenSources, type Sink } from './sink.js';
import type { Extent } from './viewport.js';

/** How thumbnails are coloured. */
export interface Coloring {
  readonly scale: ColorScale;
  readonly table: Uint32Array;
  readonly sink: Sink | undefined;
}

/** Longest side of a picture in full resolution; longer patterns are pooled to it. */
const mostDetail = 512;
/** Pictures in full resolution that are kept: 1 MB each at most. */
const keptDetails = 48;

/** All heads in one picture: drawn in a single step, whatever their number. */
export class ModelAtlas {
  readonly canvas: HTMLCanvasElement;
  /** Size of a thumbnail, and of a thumbnail with the gap behind it, in pixels of the atlas. */
  readonly thumbnail: Extent;
  readonly pitch: Extent;
  readonly #patterns: Patterns;
  readonly #context: CanvasRenderingContext2D;
  readonly #image: ImageData;
  readonly #pixels: Uint32Array;
  /** Pooled weights by head, kept to be coloured anew without being pooled again. */
  readonly #pooled = new Map<number, Float32Array>();
  readonly #details = new Map<number, { canvas: HTMLCanvasElement; level: number }>();

  constructor(document: Document, patterns: Patterns, resolution: number) {
    const { rows, columns } = patterns;
    const longest = Math.max(rows, columns);
    const ratio = Math.min(1, resolution / longest);
    const side = (count: number) => Math.min(count, Math.max(Math.min(4, count), Math.round(count * ratio)));
    this.thumbnail = { width: side(columns), height: side(rows) };
    const gap = Math.max(1, Math.round(Math.max(this.thumbnail.width, this.thumbnail.height) * 0.09));
    this.pitch = { width: this.thumbnail.width + gap, height: this.thumbnail.height + gap };
    this.#patterns = patterns;
    this.canvas = document.createElement('canvas');
    this.canvas.width = this.size.width;
    this.canvas.height = this.size.height;
    this.#context = this.canvas.getContext('2d')!;
    this.#image = this.#context.createImageData(this.thumbnail.width, this.thumbnail.height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
  }

  get size(): Extent {
    const { heads, layers } = this.#patterns;
    return { width: heads.length * this.pitch.width, height: layers.length * this.pitch.height };
  }

  /**
   * The resolution at which a head is drawn when its longer side takes so many pixels of the device: every cell where
   * there is room, else a power of two that is not above it. Pictures are only ever made larger on the screen, since
   * making them smaller would wash out lines of one cell.
   */
  levelFor(pixels: number): number {
    const cells = Math.max(this.#patterns.rows, this.#patterns.columns);
    const most = Math.min(mostDetail, cells);
    return pixels >= most ? most : 2 ** Math.floor(Math.log2(Math.max(1, pixels)));
  }

  /** Whether this resolution shows more than the thumbnails. */
  isFiner(level: number): boolean {
    return level > Math.max(this.thumbnail.width, this.thumbnail.height);
  }

  /** Forgets what another sink setting left out. */
  forgetPooled(): void {
    this.#pooled.clear();
  }

  forgetDetails(): void {
    this.#details.clear();
  }

  /** Pools and colours one thumbnail. */
  paint(index: number, coloring: Coloring): void {
    const { width, height } = this.thumbnail;

    let values = this.#pooled.get(index);
    if (values === undefined) {
      const hidden = hiddenSources(this.#patterns.sources, coloring.sink);
      values = maxPool(this.#patterns, index, width, height, { hidden, sink: coloring.sink });
      this.#pooled.set(index, values);
    }
    paintShades(this.#pixels, values, shadesOf(values, coloring.scale, largest(values)), coloring.table);
    const heads = this.#patterns.heads.length;
    this.#context.putImageData(
      this.#image,
      (index % heads) * this.pitch.width,
      Math.floor(index / heads) * this.pitch.height,
    );
  }

  /** A head in a finer resolution, where it was painted in one. */
  detail(index: number): { readonly canvas: HTMLCanvasElement; readonly level: number } | undefined {
    return this.#details.get(index);
  }

  paintDetail(index: number, level: number, coloring: Coloring): void {
    const { rows, columns, sources } = this.#patterns;
    const ratio = Math.min(1, level / Math.max(rows, columns));
    const width = Math.max(1, Math.round(columns * ratio));
    const height = Math.max(1, Math.round(rows * ratio));
    const hidden = hiddenSources(sources, coloring.sink);
    const values = maxPool(this.#patterns, index, width, height, { hidden, sink: coloring.sink });
    const canvas = this.canvas.ownerDocument.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d')!;
    const image = context.createImageData(width, height);
    const shades = shadesOf(values, coloring.scale, largest(values));
    paintShades(new Uint32Array(image.data.buffer), values, shades, coloring.table);
    context.putImageData(image, 0, 0);
    this.#details.delete(index);
    this.#details.set(index, { canvas, level });
    for (const oldest of this.#details.keys()) {
      if (this.#details.size <= keptDetails) break;
      this.#details.delete(oldest);
    }
  }
}

/** Options of {@link Figure.png}. */
export interface PngOptions {
  /** Pixels of the picture for each pixel of the figure; 2 by default, for sharp text on dense screens. */
  readonly scale?: number;
  /** Whether fonts installed on this machine may be used for characters that the bundled fonts lack; true by default. */
  readonly systemFonts?: boolean;
}

/** A finished drawing. */
export interface Figure {
  /** What the figure is called: its accessible name. */
  readonly title: string;
  /** Width in CSS pixels. */
  readonly width: number;
  /** Height in CSS pixels. */
  readonly height: number;
  /** The drawing as a standalone SVG document. */
  readonly svg: string;
  /** A page with nothing but the drawing; it loads nothing. */
  readonly html: string;
  /**
   * The drawing as PNG bytes. Needs Node.
   * @throws PellucidError `bad-input` when the picture would be larger than 100 million pixels.
   */
  png(options?: PngOptions): Promise<Uint8Array>;
  /**
   * Writes the figure to a file, whole or not at all; the extension `.svg`, `.png` or `.html` decides the format. Needs Node.
   * @throws PellucidError `bad-input` for another extension, `output` when the file cannot be written.
   */
  save(path: string): Promise<void>;
}

/** What a figure declares about itself in the catalogue of figures. */
export interface FigureDefinition {
  /** File name of the figure. */
  readonly name: string;
  /** One sentence: what it shows. */
  readonly summary: string;
  /** Methods whose explanations it draws. */
  readonly draws: readonly string[];
  /** What it makes. */
  readonly formats: readonly ('svg' | 'png' | 'html' | 'text')[];
}

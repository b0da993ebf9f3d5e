/** Paints a matrix of so many columns into a canvas, one pixel for each cell; CSS makes it larger. NaN stays transparent. */
export type Paint = (
  canvas: HTMLCanvasElement,
  values: Float32Array,
  columns: number,
  most: number,
  colors: string,
) => void;

/** Runs inside the page, from its own source text: it may use nothing but its arguments and what browsers have. */
export const paintPattern: Paint = (canvas, values, columns, most, colors) => {
  const rows = values.length / columns;
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(columns, rows);
  const table: number[][] = [];
  for (let i = 0; i < 256; i++) {
    table.push([0, 2, 4].map((at) => Number.parseInt(colors.slice(i * 6 + at, i * 6 + at + 2), 16)));
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    const color = table[most > 0 ? Math.min(255, Math.floor((value / most) * 256)) : 0] as number[];
    image.data.set(color, i * 4);
    image.data[i * 4 + 3] = 255;
  }
  context.putImageData(image, 0, 0);
};

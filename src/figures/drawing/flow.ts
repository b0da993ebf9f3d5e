/** A box that flows with others like a word in a text. */
export interface FlowBox {
  readonly width: number;
  /** What it says: decides the direction of the whole text. */
  readonly text: string;
  /** Whether a space stands before it. */
  readonly spaced: boolean;
  /** Whether what follows begins a new row. */
  readonly breakAfter: boolean;
}

export interface FlowPlace {
  readonly x: number;
  readonly row: number;
}

const gap = 3;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const letter = /\p{L}/u;

/** Whether a text reads from right to left: by its first letter, as browsers decide (UAX 9, P2). */
export function readsRightToLeft(texts: readonly string[]): boolean {
  for (const text of texts) {
    const first = letter.exec(text)?.[0];
    if (first !== undefined) return rightToLeft.test(first);
  }
  return false;
}

/** Places boxes in rows of `width`, from the side where the text begins; a box with a space before it keeps a gap. */
export function flow(boxes: readonly FlowBox[], width: number): FlowPlace[] {
  const mirrored = readsRightToLeft(boxes.map(({ text }) => text));
  let [x, row] = [0, 0];
  return boxes.map((box) => {
    const before = x === 0 ? 0 : box.spaced ? gap + 4 : gap - 2;
    if (x > 0 && x + before + box.width > width) {
      x = 0;
      row++;
    } else x += before;
    const place = { x: mirrored ? width - x - box.width : x, row };
    x += box.width;
    if (box.breakAfter) {
      x = 0;
      row++;
    }
    return place;
  });
}

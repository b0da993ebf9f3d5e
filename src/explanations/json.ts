/** The shortest decimal that reads back as the same float32: 0.1, not 0.10000000149011612. */
export function shortestFloat32(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/**
 * An explanation, or several of them, as JSON on one line. The `data` of a tensor is the flat list of its numbers in
 * row-major order, as short as they read back the same; `docs/explanation.schema.json` has the form.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Float32Array ? Array.from(part, shortestFloat32) : part,
  );
}

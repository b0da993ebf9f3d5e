/** Milliseconds of each of so many calls. */
export async function time(repetitions: number, work: () => unknown): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const start = performance.now();
    await work();
    milliseconds.push(performance.now() - start);
  }
  return milliseconds;
}

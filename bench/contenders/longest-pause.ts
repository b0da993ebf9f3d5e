/** Milliseconds between two firings of a timer: fine enough to see a pause of a few. */
const interval = 2;

/** Repeats work; for each repetition the longest time in which this thread did nothing else, in milliseconds. */
export async function longestPauses(repetitions: number, work: () => Promise<unknown>): Promise<number[]> {
  const longest: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    let last = performance.now();
    let most = 0;
    const tick = () => {
      const now = performance.now();
      most = Math.max(most, now - last);
      last = now;
    };
    const timer = setInterval(tick, interval);
    await work();
    clearInterval(timer);
    tick();
    longest.push(most);
  }
  return longest;
}

/** How long work goes on before the page may answer the person, in milliseconds. */
const slice = 12;

/**
 * Does work step by step, with room for the page between slices, so that it never freezes.
 * @param step does one piece; false when nothing is left
 */
export function inSlices(
  view: Window,
  step: () => boolean,
  between: () => void,
  done: () => void,
): () => void {
  let stopped = false;
  // Messages come without the delay that browsers put on nested timers.
  const channel = new MessageChannel();
  const go = () => {
    if (stopped) return;
    const end = view.performance.now() + slice;
    let more = true;
    while (more && view.performance.now() < end) more = step();
    between();
    if (more) channel.port2.postMessage(null);
    else {
      channel.port1.close();
      done();
    }
  };
  channel.port1.onmessage = go;
  go();
  return () => {
    stopped = true;
    channel.port1.close();
  };
}

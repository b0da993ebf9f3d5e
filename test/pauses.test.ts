import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauses } from '../src/pauses.js';

/** Keeps this thread busy. */
function work(milliseconds: number): void {
  const start = performance.now();
  while (performance.now() - start < milliseconds);
}

test('a long computation that pauses lets timers fire', async () => {
  const pause = pauses({});
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);
  for (let i = 0; i < 20; i++) {
    work(6);
    await pause();
  }
  clearInterval(timer);
  assert.ok(ticks >= 4, `${ticks} timers fired in 120 ms`);
});

test('one that is cancelled ends at its next pause', async () => {
  const controller = new AbortController();
  const pause = pauses(controller);
  await pause();
  const reason = new Error('no longer wanted');
  controller.abort(reason);
  await assert.rejects(pause(), { code: 'cancelled', cause: reason });
});

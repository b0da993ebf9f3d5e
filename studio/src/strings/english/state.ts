/** Seconds for people. */
function duration(seconds: number): string {
  if (seconds < 1) return 'a second or less';
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

export const state = {
  working: 'Working',
  workingOn: (done: number, total: number) => `${done} of ${total} passes`,
  cost: (passes: number, seconds: number) =>
    `${passes.toLocaleString('en')} passes of the model at most, about ${duration(seconds)}.`,
  cancel: 'Cancel',
  cancelled: 'Cancelled.',
  tryAgain: 'Try again',
  /** By the kind of failure, where the sentence below it is in another language. */
  failures: {} as Readonly<Record<string, string>>,
  failed: 'That did not work',
};

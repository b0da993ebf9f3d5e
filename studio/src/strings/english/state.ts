export const state = {
  working: 'Working',
  workingOn: (done: number, total: number) => `${done} of ${total} passes`,
  cancel: 'Cancel',
  cancelled: 'Cancelled.',
  tryAgain: 'Try again',
  failed: 'That did not work',
};

export const test = {
  take: 'Take away',
  takeHint:
    'Takes a part away and reads the target again. Beside it stands the same for others of its kind, chosen at random: only what stands out among them says something.',
  parts: {
    head: (layer: number, head: number) => `head ${layer}.${head}`,
    edge: (layer: number, head: number, destination: number, source: number) =>
      `head ${layer}.${head}, position ${destination} to ${source}`,
    attention: (layer: number) => `attention of layer ${layer}`,
    mlp: (layer: number) => `MLP of layer ${layer}`,
    layer: (layer: number) => `all of layer ${layer}`,
    token: (text: string) => `token ${text}`,
  },
  ofStack: (part: string, stack: string) => `${part} (${stack})`,
  frozen: {
    all: 'all attention frozen',
    layer: (layer: number) => `attention of layer ${layer} frozen`,
    head: (layer: number, head: number) => `attention of head ${layer}.${head} frozen`,
  },
  without: (token: string, frozen: string) => `token ${token}, ${frozen}`,
  editHints:
    'Even attention looks alike at all that it may see: this tests whether it matters where a head looks. Frozen attention stays as it is with the token: what then remains of the change does not come from heads that look elsewhere.',
  noToken: 'a token: pin one above',
  takeAway: 'take away',
  edits: { zero: 'to zero', mean: 'to its mean', even: 'attention even' },
  receipts: 'Receipts',
  noReceipts: 'No tests yet. Each test that you make is kept here, and can be made again.',
  saveAll: 'Save all as JSON',
  clear: 'Remove all',
  targetWas: (before: string, after: string) => `${before} → ${after}`,
  controls: (count: number, mean: string, deviation: string) =>
    `${count} others: ${mean} ± ${deviation} on average`,
  noControls: 'there are no others of its kind',
  standsOut: (count: number, total: number) => `${count} of ${total} others change it as much`,
  moves: { down: 'lowers', up: 'raises' },
  tooFew: 'There are too few others of its kind to say whether this stands out.',
  standsOutFar: (move: string) => `This ${move} the target far more than the same for others of its kind.`,
  standsOutSome: (move: string) => `This ${move} the target more than the same for most others.`,
  likeOthers: (move: string) =>
    `This ${move} the target no more than the same for others of its kind: it says little.`,
  dots: (change: string, count: number) => `The change ${change} among those of ${count} others`,
  again: 'Run again',
  remove: 'Remove',
};

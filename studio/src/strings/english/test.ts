export const test = {
  take: 'Take away',
  takeHint:
    'Takes a part away and reads the target again. Beside it stands the same for others of its kind, chosen at random: only what stands out among them says something.',
  testHead: (layer: number, head: number) => `Head ${layer}.${head}`,
  testAttention: (layer: number) => `Attention of layer ${layer}`,
  testMlp: (layer: number) => `MLP of layer ${layer}`,
  testToken: (text: string) => `Token ${text}`,
  pinFirst: 'Pin a token above to test it.',
  edit: 'by setting it to',
  edits: { zero: 'zero', mean: 'its mean' },
  receipts: 'Receipts',
  noReceipts: 'No tests yet. Each test you make is kept here and can be made again.',
  change: 'Change',
  targetWas: (before: string, after: string) => `target ${before} → ${after}`,
  controls: (count: number, mean: string, deviation: string) =>
    `${count} others: ${mean} ± ${deviation} on average`,
  noControls: 'there are no others of its kind',
  standsOut: (count: number, total: number) => `${count} of ${total} others change it as much`,
  dots: (change: string, count: number) => `The change ${change} among those of ${count} others`,
  again: 'Run again',
  remove: 'Remove',
};

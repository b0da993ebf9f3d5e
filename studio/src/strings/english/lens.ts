import type { Component, LensRow } from 'pellucid/explanations';

export const lens = {
  title: 'Logit lens',
  hint: 'What the model would answer if it ended after each layer. The surer, the stronger the colour; the top row is its own answer. Click a cell to follow its token.',
  noVocabulary: 'A lens reads layers as words, so it is for models that answer with words.',
  at: 'Read',
  places: {
    resid: 'the stream',
    mid: 'the stream, after attention too',
    attn: 'what attention writes',
    mlp: 'what the MLP writes',
  },
  layer: 'Layer',
  start: 'emb.',
  window: 'Positions',
  grid: 'Most probable token by layer and position',
  row: ({ label }: LensRow): string => label,
  cell: (row: string, position: number, token: string, share: string) =>
    `${row}, position ${position}: ${token} ${share}`,
  place: (row: string, position: number, token: string) => `${row}, ${position} ${token}:`,
  entropy: (entropy: string, divergence: string) =>
    `entropy ${entropy} nats, ${divergence} nats from the model’s answer`,
  ranks: (position: number, token: string) => `Ranks through the layers at ${position} ${token}`,
  contributions: 'Contributions',
  contributionsHint:
    'What each part writes to the stream, as far as it speaks for or against the answer: direct logit attribution.',
  by: 'by',
  units: { component: 'component', layer: 'layer', head: 'head', neuron: 'neuron' },
  component: ({ label }: Component): string => label,
  addsUp: (target: string, value: string) => `${target}: together ${value}`,
  rest: (count: number) => `${count} others together`,
  testIt: 'Test it',
};

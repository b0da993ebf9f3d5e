export const attention = {
  layer: 'Layer',
  head: 'Head',
  heads: 'All heads',
  headName: (layer: number, head: number) => `Layer ${layer}, head ${head}`,
  headsHint: 'Rows are layers, columns heads. Arrow keys move.',
  oneLayer: 'This text is long: one layer is loaded at a time.',
  drawing: 'As',
  drawings: { matrix: 'matrix', lines: 'lines' },
  looksAt: (token: string) => `${token} looks at`,
  looksHint: 'Pin a token to see where it looks in this head.',
  weight: 'Weight',
  testThis: 'Test this head',
};

/** Everything that views say, so that it can be said in another language. */
export interface ViewWords {
  readonly layer: (name: string) => string;
  readonly head: (name: string) => string;
  readonly place: (layer: string, head: string) => string;
  readonly modelView: (layers: number, heads: number, tokens: number) => string;
  readonly matrixView: string;
  readonly headView: string;
  readonly modelKeys: string;
  readonly matrixKeys: string;
  readonly headKeys: string;
  readonly strongest: (value: string, destination: string, source: string) => string;
  readonly attends: (destination: string, source: string, value: string) => string;
  readonly attendsMost: (destination: string, list: string) => string;
  readonly attendedMost: (source: string, list: string) => string;
  readonly hiddenMass: (share: string) => string;
  readonly covers: (threshold: string, share: string) => string;
  readonly capped: (drawn: number, all: number) => string;
  readonly aggregate: { readonly mean: (heads: number) => string; readonly max: (heads: number) => string };
  readonly masked: string;
  readonly leftOut: string;
  readonly window: (tokens: number) => string;
  readonly causal: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly fit: string;
  readonly threshold: string;
  readonly pairs: string;
  readonly pairNames: readonly [all: string, aa: string, ab: string, ba: string, bb: string];
  readonly heads: string;
  readonly noHead: string;
}

export const english: ViewWords = {
  layer: (name) => `Layer ${name}`,
  head: (name) => (name === 'mean' ? 'mean over heads' : `head ${name}`),
  place: (layer, head) => `Layer ${layer}, ${head === 'mean' ? 'mean over heads' : `head ${head}`}`,
  modelView: (layers, heads, tokens) =>
    `Attention of ${layers} layers × ${heads} heads over ${tokens} tokens, one small picture each`,
  matrixView: 'Attention as a matrix: rows are destinations, columns are sources',
  headView: 'Attention as lines from destinations (left) to sources (right)',
  modelKeys: 'Arrow keys go from head to head, Enter selects, Shift+Enter adds; + and − zoom, 0 shows all.',
  matrixKeys: 'Arrow keys go from cell to cell, Enter pins; + and − zoom, 0 shows all.',
  headKeys: 'Up and down go from token to token, left and right change sides, Enter pins.',
  strongest: (value, destination, source) => `largest weight ${value}, “${destination}” to “${source}”`,
  attends: (destination, source, value) => `“${destination}” attends to “${source}”: ${value}`,
  attendsMost: (destination, list) => `“${destination}” attends most to ${list}`,
  attendedMost: (source, list) => `“${source}” is attended to most by ${list}`,
  hiddenMass: (share) => `${share} of the attention is hidden`,
  covers: (threshold, share) => `lines of at least ${threshold}: covers ${share}`,
  capped: (drawn, all) => `the ${drawn} strongest of ${all} lines are drawn`,
  aggregate: { mean: (heads) => `mean of ${heads} heads`, max: (heads) => `largest of ${heads} heads` },
  masked: 'cannot attend',
  leftOut: 'left out',
  window: (tokens) => `sliding window of ${tokens} tokens`,
  causal: 'no token attends to a later one',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Show all',
  threshold: 'Least weight',
  pairs: 'Sentences',
  pairNames: ['all', 'first to first', 'first to second', 'second to first', 'second to second'],
  heads: 'Heads',
  noHead: 'No head is selected.',
};

export const chinese: ViewWords = {
  layer: (name) => `第 ${name} 层`,
  head: (name) => (name === 'mean' ? '各头平均' : `第 ${name} 头`),
  place: (layer, head) => `第 ${layer} 层，${head === 'mean' ? '各头平均' : `第 ${head} 头`}`,
  modelView: (layers, heads, tokens) => `${layers} 层 × ${heads} 头、${tokens} 个词元的注意力，每头一幅小图`,
  matrixView: '注意力矩阵：行为目标词元，列为来源词元',
  headView: '注意力连线：左为目标词元，右为来源词元',
  modelKeys: '方向键在各头间移动，Enter 选中，Shift+Enter 加选；+ 和 − 缩放，0 显示全部。',
  matrixKeys: '方向键在格间移动，Enter 固定；+ 和 − 缩放，0 显示全部。',
  headKeys: '上下键在词元间移动，左右键换边，Enter 固定。',
  strongest: (value, destination, source) => `最大权重 ${value}，“${destination}”到“${source}”`,
  attends: (destination, source, value) => `“${destination}”注意“${source}”：${value}`,
  attendsMost: (destination, list) => `“${destination}”最注意 ${list}`,
  attendedMost: (source, list) => `最注意“${source}”的是 ${list}`,
  hiddenMass: (share) => `隐藏了 ${share} 的注意力`,
  covers: (threshold, share) => `权重不小于 ${threshold} 的连线：占 ${share}`,
  capped: (drawn, all) => `${all} 条连线中画出最强的 ${drawn} 条`,
  aggregate: { mean: (heads) => `${heads} 个头的平均`, max: (heads) => `${heads} 个头的最大值` },
  masked: '不能注意',
  leftOut: '已略去',
  window: (tokens) => `${tokens} 个词元的滑动窗口`,
  causal: '词元不注意其后的词元',
  zoomIn: '放大',
  zoomOut: '缩小',
  fit: '显示全部',
  threshold: '最小权重',
  pairs: '句子',
  pairNames: ['全部', '句一到句一', '句一到句二', '句二到句一', '句二到句二'],
  heads: '注意力头',
  noHead: '未选中任何头。',
};

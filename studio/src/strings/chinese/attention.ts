import type { Strings } from '../english/index.js';

export const attention: Strings['attention'] = {
  layer: '层',
  head: '头',
  heads: '全部注意力头',
  headName: (layer, head) => `第 ${layer} 层，第 ${head} 头`,
  headsHint: '行是层，列是头。方向键移动。',
  oneLayer: '文本较长：每次只载入一层。',
  drawing: '显示为',
  drawings: { matrix: '矩阵', lines: '连线' },
  looksAt: (token) => `${token} 关注`,
  looksHint: '固定一个词元，查看它在此头中关注哪里。',
  weight: '权重',
  testThis: '检验此头',
};

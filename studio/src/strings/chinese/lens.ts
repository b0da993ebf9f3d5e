import type { Component, LensRow } from 'pellucid/explanations';
import type { Strings } from '../english/index.js';

const parts: Readonly<Record<Component['part'], string>> = {
  embedding: '词嵌入',
  position: '位置嵌入',
  layer: '',
  attention: '注意力',
  head: '头',
  'attention-bias': '注意力偏置',
  mlp: 'MLP',
  neuron: '神经元',
  neurons: '其余神经元',
  'mlp-rest': 'MLP 其余部分',
  constant: '常数项',
  'soft-cap': '软上限',
  remainder: '余项',
};

export const lens: Strings['lens'] = {
  title: 'Logit 透镜',
  hint: '如果模型在某一层结束，它会回答什么。颜色越强越有把握；最上面一行是模型自己的答案。点击格子可跟踪其中的词元。',
  noVocabulary: '透镜把各层读成词，因此只适用于以词作答的模型。',
  at: '读取',
  places: { resid: '残差流', mid: '残差流（含注意力之后）', attn: '注意力写入的内容', mlp: 'MLP 写入的内容' },
  layer: '层',
  start: '嵌入',
  window: '位置',
  grid: '各层各位置最可能的词元',
  row: ({ layer, label }: LensRow) => {
    if (layer === null) return '嵌入';
    if (/attention|attn/.test(label)) return `第 ${layer} 层注意力`;
    return /MLP|mlp/.test(label) ? `第 ${layer} 层 MLP` : `第 ${layer} 层`;
  },
  cell: (row, position, token, share) => `${row}，位置 ${position}：${token} ${share}`,
  place: (row, position, token) => `${row}，${position} ${token}：`,
  entropy: (entropy, divergence) => `熵 ${entropy} 奈特，与模型答案相差 ${divergence} 奈特`,
  ranks: (position, token) => `位置 ${position}（${token}）处各层的排名`,
  contributions: '贡献',
  contributionsHint: '各部分写入残差流的内容在多大程度上支持或反对答案：直接 logit 归因。',
  by: '按',
  units: { component: '组件', layer: '层', head: '头', neuron: '神经元' },
  component: ({ part, layer, index }: Component) =>
    `${layer === null ? '' : `第 ${layer} 层`}${index === null ? '' : `第 ${index} `}${parts[part]}`,
  addsUp: (target, value) => `${target}：合计 ${value}`,
  rest: (count) => `其余 ${count} 项合计`,
  testIt: '检验它',
};

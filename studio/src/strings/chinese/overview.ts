import type { Strings } from '../english/index.js';

export const overview: Strings['overview'] = {
  predictions: '预测',
  predictionsAt: (position, token) => `位置 ${position}（${token}）的预测`,
  answer: '答案',
  probability: '概率',
  score: '分数',
  askWhy: (text) => `询问为什么是 ${text}`,
  noPredictions: '此模型没有输出头：不作预测，但可以查看注意力。',
  findings: '发现',
  findingsHint: '答案最依赖什么，以及检验后是否成立。',
  kinds: { attribution: '词', head: '注意力头', mlp: 'MLP' },
  speaksFor: (feature, target) => `${feature} 最支持 ${target}`,
  speaksAgainst: (feature, target) => `${feature} 最反对 ${target}`,
  matters: (feature, target) => `${feature} 对 ${target} 最重要`,
  mlpAt: (layer, token) => `第 ${layer} 层在 ${token} 处的 MLP`,
  without: (part, target, change) => `去掉${part}后，${target} 的分数变化 ${change}`,
  thisPart: '此部分',
  others: (count) => `其他 ${count} 个，平均`,
  look: '查看',
  none: '此模型没有可以检验的此类部分。',
  nothingToExplain: '这里没有可解释的答案：掩码模型的文本中需要一个掩码。',
};

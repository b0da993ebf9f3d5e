import type { Strings } from '../english/index.js';

export const overview: Strings['overview'] = {
  predictions: '预测',
  predictionsAt: (position) => `位置 ${position} 的预测`,
  answer: '答案',
  probability: '概率',
  score: '分数',
  askWhy: (text) => `询问为什么是 ${text}`,
  noPredictions: '此模型没有输出头：不作预测，但可以查看注意力。',
  findings: '发现',
  findingsHint: '答案最依赖什么，以及检验后是否成立。',
  speaksFor: (feature, target) => `${feature} 最支持 ${target}`,
  speaksAgainst: (feature, target) => `${feature} 最反对 ${target}`,
  matters: (feature, target) => `${feature} 对 ${target} 最重要`,
};

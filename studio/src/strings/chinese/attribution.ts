import type { Strings } from '../english/index.js';

export const attribution: Strings['attribution'] = {
  methods: '方法',
  chooseMethods: '选择方法',
  mostMethods: (count) => `最多并列 ${count} 种方法。`,
  families: {
    attention: '基于注意力',
    gradient: '基于梯度',
    perturbation: '基于移除',
    'residual-stream': '基于残差流',
  },
  granularity: '计分单位',
  granularities: { tokens: '词元', words: '词', sentences: '句' },
  verdict: '检验',
  verdicts: { off: '关闭', quick: '快速', full: '完整' },
  for: '支持',
  against: '反对',
  feature: '特征',
  declared: (name, value) => `声明的误差：${name} ${value}`,
  errors: {
    'convergence delta': '收敛差',
    'reconstruction error': '重构误差',
    'standard error': '标准误',
  },
  largeError: '误差较大：不要依赖这些分数。',
  curves: '忠实度曲线',
  noCurves: '完整检验按分数从高到低逐步移除、逐步放入特征，并与同样特征的随机排序对照。',
  testFully: '完整检验',
  metric: '指标',
  random: '随机排序',
};

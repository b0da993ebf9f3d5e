import type { Strings } from '../english/index.js';

export const attribution: Strings['attribution'] = {
  methods: '方法',
  chooseMethods: '选择方法',
  mostMethods: (count) => `最多并列 ${count} 种方法。`,
  granularity: '计分单位',
  granularities: { tokens: '词元', words: '词', sentences: '句' },
  for: '支持',
  against: '反对',
  feature: '特征',
  error: '误差',
  declared: (name, value) => `${name} ${value}`,
  largeError: '声明的误差较大：不要依赖这些分数。',
};

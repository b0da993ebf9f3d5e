import type { Strings } from '../english/index.js';

export const verdict: Strings['verdict'] = {
  agreement: '一致性',
  agreementHint: '各方法分数之间的肯德尔 τ：1 表示顺序相同，0 表示毫无共同之处。',
  conclusions: { supported: '得到支持', 'not supported': '未获支持', inconclusive: '无定论' },
  notTested: '未检验',
  passes: (count) => `检验用了 ${count} 次前向计算`,
};

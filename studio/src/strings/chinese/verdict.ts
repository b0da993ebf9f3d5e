import type { RankingComparison } from 'pellucid/explanations';
import type { Strings } from '../english/index.js';

const metrics: Readonly<Record<string, string>> = {
  comprehensiveness: '完备性（移除最高分特征）',
  sufficiency: '充分性（只留最高分特征）',
};

export const verdict: Strings['verdict'] = {
  agreement: '一致性',
  agreementHint: '各方法分数之间的肯德尔 τ：1 表示顺序相同，0 表示毫无共同之处。',
  conclusions: { supported: '得到支持', 'not supported': '未获支持', inconclusive: '无定论' },
  notTested: '未检验',
  passes: (count) => `（检验用了 ${count} 次前向计算）`,
  reason(because) {
    switch (because.code) {
      case 'few-features':
        return `只有 ${because.features} 个特征，排序太少，无法与偶然区分；至少需要 ${because.needed} 个。`;
      case 'still-target':
        return '无论移除哪些特征，目标值都几乎不变。';
      case 'ranking':
        return `胜过 ${because.seeds} 个随机排序中的 ${because.better} 个${because.equal > 0 ? `，与 ${because.equal} 个持平` : ''}：${because.comparisons.map(comparison).join('；')}；与逐一移除的一致性 τ = ${rounded(because.agreement)}。`;
      case 'few-parts':
        return `只有 ${because.parts} 个同类部分，无法判断其突出是否偶然；至少需要 ${because.needed} 个。`;
      case 'part': {
        const { effect, others, deviations, byMean } = because;
        return `去掉它后目标值${change(effect)}，而其他 ${others.count} 个平均为 ${rounded(others.mean)} ± ${rounded(others.standardError)}（超出其中位数 ${deviations.toFixed(1)} 个稳健偏差）；设为文本上的均值时，目标值${change(byMean)}。`;
      }
    }
  },
};

function comparison({ metric, value, random, standardError, deviations }: RankingComparison): string {
  const how = deviations >= 0 ? '优于' : '劣于';
  return `${metrics[metric] ?? metric} ${rounded(value)}，随机排序为 ${rounded(random)} ± ${rounded(standardError)}（${how}其均值 ${Math.abs(deviations).toFixed(1)} 个标准差）`;
}

function change(loss: number): string {
  return `${loss >= 0 ? '下降' : '上升'} ${rounded(Math.abs(loss))}`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

import type { Strings } from '../english/index.js';

export const test: Strings['test'] = {
  take: '移除',
  takeHint: '移除一个部分，再读取目标值。旁边是随机移除的其他同类部分：只有明显突出的变化才说明问题。',
  testHead: (layer, head) => `头 ${layer}.${head}`,
  testAttention: (layer) => `第 ${layer} 层的注意力`,
  testMlp: (layer) => `第 ${layer} 层的 MLP`,
  testToken: (text) => `词元 ${text}`,
  pinFirst: '先在上方固定一个词元再检验。',
  edit: '方式：设为',
  edits: { zero: '零', mean: '均值' },
  receipts: '记录',
  noReceipts: '还没有检验。每次检验都会保存在这里，并可重做。',
  change: '变化',
  targetWas: (before, after) => `目标值 ${before} → ${after}`,
  controls: (count, mean, deviation) => `其他 ${count} 个：平均 ${mean} ± ${deviation}`,
  noControls: '没有其他同类部分',
  standsOut: (count, total) => `其他 ${total} 个中有 ${count} 个变化同样大`,
  dots: (change, count) => `变化 ${change}，与其他 ${count} 个的变化对照`,
  again: '重做',
  remove: '删除',
};

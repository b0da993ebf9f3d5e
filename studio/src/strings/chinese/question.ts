import type { Strings } from '../english/index.js';

export const question: Strings['question'] = {
  name: '问题',
  why: '为什么是',
  ratherThan: '而不是',
  at: '位置',
  theEnd: '末尾',
  usual: '（模型作答处）',
  bestAnswer: (text) => `${text}（最佳）`,
  anything: '其他任何答案',
  another: '其他答案…',
  typed: '输入一个答案',
  take: (text) => `选用 ${text}`,
  several: (count) => `对此模型而言这是 ${count} 个词元，请选一个：`,
  unknown: (text) => `${text} 不在此模型的词表中。`,
  contrast: (answer, other) => `${answer} 而不是 ${other}`,
  goOn: '让模型续写',
  goOnHint: '模型写出后文；点击它写的词元即可询问原因。',
  written: '模型写出的内容',
  askWhyWritten: (number, text) => `询问第 ${number} 个词元 ${text} 的原因`,
  more: '再写 20 个',
  backToPrompt: '回到输入',
};

import type { Strings } from '../english/index.js';

export const question: Strings['question'] = {
  why: '为什么是',
  ratherThan: '而不是',
  bestAnswer: (text) => `${text}（最佳）`,
  anything: '其他任何答案',
};

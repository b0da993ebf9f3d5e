import type { Strings } from '../english/index.js';

export const input: Strings['input'] = {
  text: '文本',
  textHint: '输入一段文本',
  maskHint: (mask) => `在需要模型填词的位置写 ${mask}。`,
  tokens: '词元',
  tokenCount: (count) => `${count} 个词元`,
  tokensHint: '点击词元可固定；方向键移动。',
};

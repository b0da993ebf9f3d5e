import type { Strings } from '../english/index.js';

export const input: Strings['input'] = {
  text: '文本',
  textHint: '输入一段文本',
  form: '模型读取的内容',
  forms: { text: '文本', pair: '文本对', chat: '对话' },
  first: '第一段文本',
  second: '第二段文本',
  targetText: '已有的目标文本',
  targetTextHint: '留空：由模型开始写',
  role: (turn) => `第 ${turn} 轮的角色`,
  roles: { system: '系统', user: '用户', assistant: '助手' },
  turn: (turn) => `第 ${turn} 轮`,
  addTurn: '一轮对话',
  removeTurn: (turn) => `删除第 ${turn} 轮`,
  maskHint: (mask) => `在需要模型填词的位置写 ${mask}。`,
  tokens: '词元',
  tokenCount: (count) => `${count} 个词元`,
  stop: '。',
  tokensHint: '点击词元可固定；方向键移动。',
  unpin: (count) => `取消固定 ${count} 个`,
};

import type { Strings } from '../english/index.js';

export const state: Strings['state'] = {
  working: '计算中',
  workingOn: (done, total) => `${done} / ${total} 次前向计算`,
  cancel: '取消',
  cancelled: '已取消。',
  tryAgain: '重试',
  failed: '未能完成',
};

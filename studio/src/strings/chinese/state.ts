import type { Strings } from '../english/index.js';

function duration(seconds: number): string {
  if (seconds < 1) return '1 秒以内';
  return seconds < 90 ? `${Math.ceil(seconds)} 秒` : `${Math.ceil(seconds / 60)} 分钟`;
}

export const state: Strings['state'] = {
  working: '计算中',
  workingOn: (done, total) => `${done} / ${total} 次前向计算`,
  cost: (passes, seconds) => `最多 ${passes.toLocaleString('en')} 次前向计算，约 ${duration(seconds)}。`,
  cancel: '取消',
  cancelled: '已取消。',
  tryAgain: '重试',
  failures: {
    'bad-checkpoint': '检查点中的文件不完整或有误。详情（英文）：',
    unsupported: '此模型或目标不支持这一操作。详情（英文）：',
    'not-found': '找不到所要的模型、文件、层、头或答案。详情（英文）：',
    'bad-input': '这一输入或选项无法使用。详情（英文）：',
    network: '无法连接模型库，或被其拒绝。详情（英文）：',
    'non-finite': '计算中出现了无穷大或非数值。详情（英文）：',
    output: '结果无法写入。详情（英文）：',
  },
  failed: '未能完成',
};

import type { Strings } from '../english/index.js';

export const save: Strings['save'] = {
  asTable: '以表格显示',
  save: '保存',
  saveAs: (format) => `保存为 ${format}`,
  reproduce: '重现',
  commandLine: '命令行',
  typescript: 'TypeScript',
  copy: '复制',
  copied: '已复制',
};

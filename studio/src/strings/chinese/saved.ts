import type { Strings } from '../english/index.js';

export const saved: Strings['saved'] = {
  save: '保存页面',
  saveName: '保存页面为一个无需网络即可打开的文件',
  saving: '正在保存',
  failed: (reason) => `无法保存页面：${reason}`,
  title: '已保存的页面。',
  about: (date) => `显示 ${date} 保存时已查看的内容，不含模型：需要模型的部分显示为灰色。`,
  rounded: (step) => `为减小文件，其中的注意力权重已按 ${step} 的步长取整。`,
  again: '如需继续提问，请打开工作台：',
  missing: '保存页面之前未查看此项。它需要模型：请打开工作台查看。',
};

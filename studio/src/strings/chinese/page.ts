import type { Strings } from '../english/index.js';

export const page: Strings['page'] = {
  title: 'Pellucid 工作台',
  skip: '跳到面板',
  model: '模型',
  from: { bundled: '内置', cache: '缓存中', named: '由您打开' },
  undo: '撤销',
  redo: '重做',
  theme: { light: '浅色', dark: '深色' },
  switchTheme: { light: '切换到浅色', dark: '切换到深色' },
  language: 'English',
  languageName: '切换到英文',
  panels: { overview: '概览', attention: '注意力', attribution: '归因', lens: '透镜', test: '检验' },
  panelsName: '面板',
  empty: '在上方输入文本，查看模型如何理解它。',
  loadingModel: '正在打开模型',
};

import type { Strings } from '../english/index.js';

export const models: Strings['models'] = {
  open: '打开其他模型…',
  title: '打开其他模型',
  close: '关闭',
  go: '打开',
  hub: '来自 Hugging Face Hub',
  hubName: '模型 id',
  hubHint: (hub) =>
    `服务器从 ${hub} 下载到本机其他程序共用的缓存：仅配置、分词器与 safetensors，绝不下载代码。`,
  hubHintHere: (hub) => `本页面从 ${hub} 按需读取所需部分。您的文本不会被发送。`,
  folder: '本机上的文件夹',
  folderName: '文件夹路径',
  folderHint: '包含 config.json 与 safetensors 的文件夹。其中其他内容不会被读取。',
  files: '您的文件',
  chooseFolder: '选择文件夹',
  filesHint: '或将文件夹（或其中的文件）拖放到页面任意位置。文件只留在本页面中。',
  opening: (name) => `正在打开 ${name}`,
  bytes: (done, total) => `${done} / ${total} MB`,
  computes: '计算设备',
  backends: { wasm: '处理器（WebAssembly）', webgpu: '图形设备（WebGPU）' },
};

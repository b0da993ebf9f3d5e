export const models = {
  open: 'Open another…',
  title: 'Open another model',
  close: 'Close',
  go: 'Open',
  hub: 'From the Hugging Face Hub',
  hubName: 'Model id',
  hubHint: (hub: string) =>
    `The server downloads it from ${hub} into the cache that other programs on this machine use too: config, tokenizer and safetensors, never code.`,
  hubHintHere: (hub: string) =>
    `This page reads it from ${hub}, the parts that are needed when they are needed. Your text is not sent.`,
  folder: 'A folder on this machine',
  folderName: 'Path of the folder',
  folderHint: 'The folder that holds config.json and the safetensors. Nothing else in it is read.',
  files: 'Files of yours',
  chooseFolder: 'Choose a folder',
  filesHint: 'Or drop the folder, or its files, anywhere on the page. They stay in this page.',
  opening: (name: string) => `Opening ${name}`,
  bytes: (done: string, total: string) => `${done} of ${total} MB`,
  computes: 'Computes on',
  backends: { wasm: 'processor (WebAssembly)', webgpu: 'graphics device (WebGPU)' },
};

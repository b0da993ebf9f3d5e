export const save = {
  asTable: 'As a table',
  save: 'Save',
  saveAs: (format: string) => `Save as ${format}`,
  reproduce: 'Reproduce',
  commandLine: 'Command line',
  typescript: 'TypeScript',
  copy: 'Copy',
  copied: 'Copied',
};

export const saved = {
  save: 'Save page',
  saveName: 'Save page as one file that opens without a network',
  saving: 'Saving',
  failed: (reason: string) => `The page could not be saved: ${reason}`,
  title: 'A saved page.',
  about: (date: string) =>
    `It shows what was seen when it was saved on ${date}, and has no model: what would need one is greyed out.`,
  rounded: (step: string) =>
    `Attention weights in it are rounded to steps of ${step} to keep the file small.`,
  again: 'To ask more, open the studio:',
  missing: 'This was not looked at before the page was saved. It needs the model: open the studio to see it.',
};

export const input = {
  text: 'Text',
  textHint: 'Type a text',
  maskHint: (mask: string) => `Put ${mask} where the model shall fill in a word.`,
  tokens: 'Tokens',
  tokenCount: (count: number) => (count === 1 ? '1 token' : `${count} tokens`),
  tokensHint: 'Click tokens to pin them; arrow keys move.',
};

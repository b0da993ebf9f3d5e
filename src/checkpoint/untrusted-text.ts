/** Text from a file as it may stand in a message: short, and without control characters. */
export function shown(untrusted: unknown): string {
  const text = typeof untrusted === 'string' ? untrusted : (JSON.stringify(untrusted) ?? 'nothing');
  const printable = text.slice(0, 81).replace(/\p{Cc}/gu, '\ufffd');
  return printable.length > 80 ? `${printable.slice(0, 80)}…` : printable;
}

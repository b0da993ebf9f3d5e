/** How the user calls this program: through npm in a clone, or by its name. */
export function ownCommand(): string {
  switch (process.env.npm_lifecycle_event) {
    case 'start':
      return 'npm start --';
    case 'npx':
      return 'npx pellucid';
    default:
      return 'pellucid';
  }
}

/** An argument as it can be typed again; what is long or means something to a shell stands as "…". */
export function quoted(argument: string | undefined): string {
  const plain = /^[\w./~-]{1,80}$/;
  // Interactive shells replace an exclamation mark that stands before a letter.
  const harmless = /^(?:[\p{L}\p{N} .,:;?'()[\]-]|!(?=$| )){1,80}$/u;
  if (argument === undefined || !(plain.test(argument) || harmless.test(argument))) return '"…"';
  return plain.test(argument) ? argument : `"${argument}"`;
}

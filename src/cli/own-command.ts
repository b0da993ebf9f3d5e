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
  if (argument !== undefined && /^[\w./~-]{1,80}$/.test(argument)) return argument;
  return argument !== undefined && /^[\p{L}\p{N} .,:;?!'()[\]-]{1,80}$/u.test(argument)
    ? `"${argument}"`
    : '"…"';
}

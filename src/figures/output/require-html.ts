import { PellucidError } from '../../errors.js';

/** Refuses another extension for a page. @throws PellucidError `bad-input` */
export function requireHtml(extension: string, path: string, what: string): void {
  if (extension === '.html') return;
  throw new PellucidError('bad-input', `${what} is HTML; let the name of ${path} end in .html.`);
}

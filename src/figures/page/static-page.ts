import type { Subject } from '../../explanations/index.js';
import type { Page } from '../attention-page.js';
import { escapeText } from '../drawing/svg.js';
import { extensionOf } from '../output/extension.js';
import { requireHtml } from '../output/require-html.js';
import { writeFile } from '../output/write-file.js';
import { attributionStyle } from './attribution-style.js';

/** What a page consists of. */
export interface StaticPageParts {
  readonly title: string;
  /** What it is, for messages: "An attribution page". */
  readonly what: string;
  readonly subject: Subject;
  /** Lines below the heading. */
  readonly about: readonly string[];
  /** HTML. */
  readonly sections: readonly string[];
}

/** One self-contained page, which loads nothing and runs nothing. */
export function staticPage({ title, what, subject, about, sections }: StaticPageParts): Page {
  const quoted = [subject.text, subject.pair].filter((part): part is string => part !== null);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<link rel="icon" href="data:,">
<title>${escapeText(title)}</title>
<style>${attributionStyle}</style>
</head>
<body>
<main>
<h1><bdi>${escapeText(title)}</bdi></h1>
<p class="about">${quoted.map((part) => `“<bdi>${escapeText(part)}</bdi>”`).join(' and ')}</p>
${about.map((line) => `<p class="about">${escapeText(line)}</p>`).join('\n')}
${sections.join('\n')}
</main>
</body>
</html>
`;
  return {
    title,
    html,
    async save(path) {
      requireHtml(extensionOf(path), path, what);
      await writeFile(path, html);
    },
  };
}

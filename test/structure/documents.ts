import { posix } from 'node:path';
import type { RepositoryFile } from './repository.js';

const markdownLink = /!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const htmlLink = /\b(?:src|srcset|href)="([^"]+)"/g;

/** The text without code, where brackets and quotes are no links. */
function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}

/** The anchors of a page: its headings as a code host writes them. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+\s+(.+)$/gm)].map((match) => match[1]!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}

/**
 * Relative links that lead nowhere.
 * @param exists Whether the repository has a file or folder of this path.
 */
export function findBrokenLinks(
  pages: readonly RepositoryFile[],
  exists: (path: string) => boolean,
): string[] {
  return pages.flatMap((page) => {
    const text = withoutCode(page.text);
    const links = [...text.matchAll(markdownLink), ...text.matchAll(htmlLink)].map((match) => match[1]!);
    return links
      .filter((link) => !/^[a-z]+:/i.test(link))
      .filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? page.path : posix.join(posix.dirname(page.path), path);
        if (!exists(target)) return true;
        const targetPage = pages.find((other) => other.path === target);
        return anchor !== undefined && targetPage !== undefined && !anchorsOf(targetPage.text).has(anchor);
      })
      .map((link) => `${page.path}: ${link} leads nowhere`);
  });
}

const foreignText: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /(?<![\w.~-])\/(work|tmp|home\/\w+|Users\/\w+|root)\//g, reason: 'a path of one machine' },
  {
    pattern: /\b(registry\.npmjs\.org|registry\.yarnpkg\.com|pypi\.org|files\.pythonhosted\.org)\b/g,
    reason: 'a host of a registry',
  },
  { pattern: /\b(localhost|127\.0\.0\.1):\d{4,5}\b/g, reason: 'a port of one machine' },
];

/** Text that is true of one machine only. */
export function findForeignText(files: readonly RepositoryFile[]): string[] {
  return files.flatMap((file) =>
    foreignText.flatMap(({ pattern, reason }) =>
      [...file.text.matchAll(pattern)].map((match) => `${file.path}: "${match[0]}" is ${reason}`),
    ),
  );
}

/** How much memory this process can still take. */
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';

/**
 * Bytes that can be taken without pushing anything out: what the machine has free, file caches included, and no more
 * than what is left to the control group (a container's limit) that the process is in.
 */
export function availableMemory(): number {
  return Math.min(freemem(), ...groupFolders().map(leftIn));
}

/** Folders of the memory controller of the process's own group and those around it; none outside Linux. */
function groupFolders(): string[] {
  const line = read('/proc/self/cgroup')
    .split('\n')
    .map((entry) => /^\d+:([^:]*):(\/.*)$/.exec(entry))
    .find((match) => match && (match[1] === '' || match[1]!.split(',').includes('memory')));
  const folders: string[] = [];
  for (const root of ['/sys/fs/cgroup', '/sys/fs/cgroup/memory']) {
    const parts = (line?.[2] ?? '/').split('/').filter((part) => part !== '');
    for (let depth = parts.length; depth >= 0; depth--)
      folders.push([root, ...parts.slice(0, depth)].join('/'));
  }
  return folders;
}

/** What is left of a group's limit; what it caches of files can be given back and does not count as used. */
function leftIn(folder: string): number {
  const limit = number(`${folder}/memory.max`) ?? number(`${folder}/memory.limit_in_bytes`);
  const used = number(`${folder}/memory.current`) ?? number(`${folder}/memory.usage_in_bytes`);
  if (limit === undefined || used === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, limit - used + cachedIn(read(`${folder}/memory.stat`)));
}

/** Bytes of file caches; version 1 counts groups below under names of their own. */
function cachedIn(statistics: string): number {
  const sum = (pattern: RegExp) =>
    [...statistics.matchAll(pattern)].reduce((total, [, bytes]) => total + Number(bytes), 0);
  return sum(/^total_(?:in)?active_file (\d+)$/gm) || sum(/^(?:in)?active_file (\d+)$/gm);
}

/** The number in a file; undefined where there is none (`max`: no limit). */
function number(path: string): number | undefined {
  const text = read(path).trim();
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

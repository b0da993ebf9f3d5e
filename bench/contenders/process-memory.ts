import { readFileSync } from 'node:fs';

/** Memory of a process in bytes. Only Linux tells. */
export interface MemoryPeak {
  /** Largest resident set: every page in physical memory, whoever shares it (the kernel's own mark, `VmHWM`). */
  readonly resident: number;
  /** Largest anonymous part seen: what only this process has, and the system cannot drop (sampled `RssAnon`). */
  readonly anonymous: number;
}

export const tellsMemory = process.platform === 'linux';

/** Watches a process until the work is done; looks every 2 ms, so shorter peaks of the anonymous part may be missed. */
export async function peakDuring(processId: number, work: () => Promise<unknown>): Promise<MemoryPeak> {
  let anonymous = 0;
  const look = () => {
    anonymous = Math.max(anonymous, statusField(processId, 'RssAnon'));
  };
  const timer = setInterval(look, 2);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  look();
  return { resident: statusField(processId, 'VmHWM'), anonymous };
}

function statusField(processId: number, field: string): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status);
  if (!found) throw new Error(`/proc/${processId}/status has no ${field}`);
  return Number(found[1]) * 1024;
}

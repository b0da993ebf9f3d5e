import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** What the figures depend on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  /** Mean number of processes that wanted to run in the last minute, before the benchmark began. */
  readonly load: number;
  /** Of node, onnxruntime-node and the peers. */
  readonly versions: Readonly<Record<string, string>>;
}

export function describeMachine(peers: Readonly<Record<string, string>>): Machine {
  const require = createRequire(import.meta.url);
  const { version } = require('onnxruntime-node/package.json') as { version: string };
  return {
    processor: cpus()[0]?.model ?? 'unknown processor',
    cores: physicalCores(),
    memoryBytes: totalmem(),
    system: `${platform()} ${release()}`,
    load: loadavg()[0]!,
    versions: { node: process.versions.node, 'onnxruntime-node': version, ...peers },
  };
}

/** Cores without hyper-threads, where the system tells them: the number of threads that both engines choose. */
export function physicalCores(): number {
  if (platform() !== 'linux') return availableParallelism();
  const info = readFileSync('/proc/cpuinfo', 'utf8');
  const places = [...info.matchAll(/^physical id\s*: (\d+)$[\s\S]*?^core id\s*: (\d+)$/gm)];
  const cores = new Set(places.map((match) => `${match[1]}/${match[2]}`));
  return Math.min(cores.size || availableParallelism(), availableParallelism());
}

/** The machine in two lines. */
export function machineLines({ processor, cores, memoryBytes, system, load, versions }: Machine): string[] {
  const memory = `${(memoryBytes / 2 ** 30).toFixed(0)} GiB`;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${processor}, ${cores} cores, ${memory}, ${system}; load before the run ${load.toFixed(1)}`,
    list.join(', '),
  ];
}

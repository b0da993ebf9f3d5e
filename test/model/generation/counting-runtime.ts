import { NodeRuntime } from '../../../src/runtime/node.js';
import type { Kept, Runtime, Session } from '../../../src/runtime/runtime.js';

/** An engine that knows what it keeps and how often it ran. */
export class CountingRuntime implements Runtime {
  readonly #engine = new NodeRuntime();
  readonly kept = new Set<number>();
  /** The most values that were kept at a time. */
  most = 0;
  runs = 0;

  async createSession(...given: Parameters<Runtime['createSession']>): Promise<Session> {
    const session = await this.#engine.createSession(...given);
    return {
      ...session,
      runWith: async (...run) => {
        const result = await session.runWith(...run);
        this.runs += 1;
        for (const { kept } of result.kept.values()) this.kept.add(kept);
        this.most = Math.max(this.most, this.kept.size);
        return result;
      },
    };
  }

  async discard(kept: Iterable<Kept>): Promise<void> {
    const all = [...kept];
    await this.#engine.discard(all);
    for (const each of all) this.kept.delete(each.kept);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}

import type { AblationResult, RequestOf } from 'pellucid/client';
import { create } from 'zustand';
import { client } from './session.js';

type AblateRequest = RequestOf<'ablate'>;

/** A test that was made, or is under way. */
export interface Receipt {
  readonly id: number;
  readonly request: AblateRequest;
  /** What was taken away, as it is called. */
  readonly label: string;
  readonly result: AblationResult | null;
  readonly error: string | null;
  readonly busy: boolean;
}

interface Receipts {
  readonly list: readonly Receipt[];
  /** Makes a test; its receipt stands first. */
  test(request: AblateRequest, label: string): void;
  again(id: number): void;
  remove(id: number): void;
  /** Shows what a saved page was saved with. */
  restore(list: readonly Receipt[]): void;
}

let nextId = 1;
const working = new Map<number, AbortController>();

export const useReceipts = create<Receipts>((set, get) => {
  const update = (id: number, part: Partial<Receipt>) =>
    set(({ list }) => ({ list: list.map((each) => (each.id === id ? { ...each, ...part } : each)) }));
  const run = async (id: number, request: AblateRequest) => {
    const controller = new AbortController();
    working.set(id, controller);
    try {
      const result = await client.ask('ablate', request, { signal: controller.signal });
      update(id, { result, error: null, busy: false });
    } catch (error) {
      if (!controller.signal.aborted)
        update(id, { error: error instanceof Error ? error.message : String(error), busy: false });
    }
    working.delete(id);
  };
  return {
    list: [],
    test(request, label) {
      const id = nextId++;
      set(({ list }) => ({ list: [{ id, request, label, result: null, error: null, busy: true }, ...list] }));
      void run(id, request);
    },
    again(id) {
      const receipt = get().list.find((each) => each.id === id);
      if (!receipt || receipt.busy) return;
      update(id, { busy: true });
      void run(id, receipt.request);
    },
    remove(id) {
      working.get(id)?.abort();
      set(({ list }) => ({ list: list.filter((each) => each.id !== id) }));
    },
    restore: (list) => set({ list }),
  };
});

/** The tests that are done, to be saved with the page. */
export function receiptsToKeep(): readonly Receipt[] {
  return useReceipts.getState().list.filter(({ result, busy }) => result !== null && !busy);
}

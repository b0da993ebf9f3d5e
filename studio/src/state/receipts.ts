import type { AblationResult, RequestOf } from 'pellucid/client';
import { create } from 'zustand';
import { client } from './session.js';
import { failureOf } from './use-answer.js';

export type TestRequest = RequestOf<'ablate'>;

/** A test that was made, or is under way. */
export interface Receipt {
  readonly id: number;
  readonly request: TestRequest;
  /** Texts of the tokens that it speaks of, for its name. */
  readonly words: readonly string[];
  readonly result: AblationResult | null;
  readonly error: string | null;
  readonly code?: string | null;
  readonly busy: boolean;
}

interface Receipts {
  /** The last one first. */
  readonly list: readonly Receipt[];
  /** Makes a test; its receipt stands first. */
  test(request: TestRequest, words?: readonly string[]): void;
  again(id: number): void;
  cancel(id: number): void;
  remove(id: number): void;
  clear(): void;
  /** Shows what a saved page was saved with. */
  restore(list: readonly Receipt[]): void;
}

const key = 'pellucid-receipts';
/** Receipts that are kept, at most: what a browser keeps for a page is 5 MB. */
const mostKept = 100;

/** What an earlier load of the page kept; another program may have written there too. */
function kept(): readonly Receipt[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(list) ? list.filter(isReceipt).slice(0, mostKept) : [];
  } catch {
    return [];
  }
}

function isReceipt(value: unknown): value is Receipt {
  const { id, request, words, result } = (value ?? {}) as Partial<Receipt>;
  return (
    typeof id === 'number' &&
    typeof request?.model === 'string' &&
    typeof request.part?.kind === 'string' &&
    typeof request.input === 'object' &&
    Array.isArray(words) &&
    typeof result?.change === 'number' &&
    Array.isArray(result.controls?.changes)
  );
}

const working = new Map<number, AbortController>();

export const useReceipts = create<Receipts>((set, get) => {
  const list = kept();
  let nextId = Math.max(0, ...list.map(({ id }) => id)) + 1;
  const update = (id: number, part: Partial<Receipt>) =>
    set((state) => ({ list: state.list.map((each) => (each.id === id ? { ...each, ...part } : each)) }));
  const run = async (id: number, request: TestRequest) => {
    const controller = new AbortController();
    working.set(id, controller);
    try {
      const result = await client.ask('ablate', request, { signal: controller.signal });
      update(id, { result, error: null, busy: false });
    } catch (thrown) {
      if (!controller.signal.aborted) update(id, { ...failureOf(thrown), busy: false });
    }
    working.delete(id);
  };
  return {
    list,
    test(request, words = []) {
      const id = nextId++;
      const receipt: Receipt = { id, request, words, result: null, error: null, busy: true };
      set((state) => ({ list: [receipt, ...state.list].slice(0, mostKept) }));
      void run(id, request);
    },
    again(id) {
      const receipt = get().list.find((each) => each.id === id);
      if (!receipt || receipt.busy) return;
      update(id, { busy: true });
      void run(id, receipt.request);
    },
    cancel(id) {
      working.get(id)?.abort();
      const receipt = get().list.find((each) => each.id === id);
      if (receipt?.result) update(id, { busy: false });
      else get().remove(id);
    },
    remove(id) {
      working.get(id)?.abort();
      set((state) => ({ list: state.list.filter((each) => each.id !== id) }));
    },
    clear() {
      for (const controller of working.values()) controller.abort();
      set({ list: [] });
    },
    restore: (list) => set({ list }),
  };
});

/** The tests that are done, to be saved with the page. */
export function receiptsToKeep(): readonly Receipt[] {
  return useReceipts.getState().list.filter(({ result, busy }) => result !== null && !busy);
}

// Whatever is finished is kept; a full store keeps what it has.
useReceipts.subscribe(({ list }) => {
  try {
    localStorage.setItem(key, JSON.stringify(list.filter(({ result, busy }) => result !== null && !busy)));
  } catch {}
});

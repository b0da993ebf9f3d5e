import { assertSnapshot as assertText } from '../snapshot.js';

/** Holds a drawing against the file of that name in `test/figures/snapshots`. */
export function assertSnapshot(name: string, drawn: string): void {
  assertText(`figures/snapshots/${name}`, drawn);
}

/**
 * Where the files of one checkpoint are, whatever the source: a folder, the Hub's cache, the bundled models.
 * Files are read by byte range, so that opening a checkpoint costs a header and not its weights.
 */
export interface CheckpointFiles {
  /** What the user asked for: a Hub id, a folder, a bundled name. Shown in results and messages. */
  readonly id: string;
  /** Hub commit hash where known. */
  readonly revision?: string;
  /** File names relative to the checkpoint's root, sorted. */
  readonly names: readonly string[];
  /** Size in bytes. @throws PellucidError `not-found` when there is no such file. */
  size(name: string): Promise<number>;
  /**
   * The bytes [start, end) of a file, the whole of it by default.
   * @throws PellucidError `not-found` when there is no such file, `bad-checkpoint` when the range leaves it.
   */
  read(name: string, start?: number, end?: number): Promise<Uint8Array>;
  /**
   * The real path on this machine's disk (symbolic links resolved), which a runtime can map into memory;
   * undefined where there is none (in a browser).
   */
  path(name: string): string | undefined;
  /** SHA-256 of the file's content in hexadecimal, where the source knows it without reading the file. */
  contentHash?(name: string): string | undefined;
}

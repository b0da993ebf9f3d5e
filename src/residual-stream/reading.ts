/** What the catalogue says of a way to read the residual stream. */
export interface ReadingDefinition {
  /** File name, and name of the method. */
  readonly name: string;
  readonly title: string;
  /** In a line. */
  readonly summary: string;
  readonly paper: string;
  /** What kind of explanation comes out. */
  readonly gives: 'lens' | 'contributions';
}

/** What kind of thing went wrong; stable, so that callers can branch on it. */
export type ErrorCode =
  | 'bad-checkpoint' // a file of the checkpoint is malformed, incomplete or contradicts another
  | 'unsupported' // well-formed, but something Pellucid does not do
  | 'not-found' // a path, model id, file, layer or hook point that does not exist
  | 'bad-input' // a text, option or value that cannot be used
  | 'network' // the Hub could not be reached or refused
  | 'non-finite' // NaN or infinity appeared in a computation
  | 'output' // a result could not be written
  | 'cancelled'; // the caller's AbortSignal fired

/**
 * The one error class that Pellucid throws on purpose. Its message is a single clear sentence that says what is
 * wrong, where, and what to do; the command line prints it as it stands.
 */
export class PellucidError extends Error {
  override readonly name = 'PellucidError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

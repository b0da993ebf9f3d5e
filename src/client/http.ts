import { errorOf, type Failure } from '../api/failure.js';
import type { OperationName, ResultOf } from '../api/index.js';
import { fromWire } from '../api/wire.js';
import { PellucidError } from '../errors.js';
import type { AskOptions, Client, ClientProgress } from './client.js';

/** One line of an answer. */
type Line =
  | { readonly progress: ClientProgress }
  | { readonly result: unknown }
  | { readonly error: Failure };

/** Where a server is. */
export interface HttpClientOptions {
  /** Its address; the page's own server by default. */
  readonly address?: string | URL;
  /** What it asks for with each request. */
  readonly token: string;
}

/** Reaches models over HTTP: answers come line by line, progress first. */
export function httpClient({ address = '/', token }: HttpClientOptions): Client {
  return {
    async ask<Name extends OperationName>(name: Name, request: unknown, options: AskOptions = {}) {
      try {
        const response = await fetch(join(address, `api/${name}`), {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
          body: JSON.stringify(request),
          ...(options.signal ? { signal: options.signal } : {}),
        });
        return (await read(response, options)) as ResultOf<Name>;
      } catch (error) {
        if (error instanceof PellucidError) throw error;
        if (options.signal?.aborted)
          throw new PellucidError('cancelled', 'The request was cancelled.', { cause: error });
        throw new PellucidError(
          'network',
          'The server of the studio does not answer: start it again in the terminal and open the new address.',
          { cause: error },
        );
      }
    },
  };
}

function join(address: string | URL, path: string): string {
  return `${String(address).replace(/\/$/, '')}/${path}`;
}

/** Reads an answer to its end. */
async function read(response: Response, { onProgress }: AskOptions): Promise<unknown> {
  let pieces: string[] = [];
  let last: Line | undefined;
  const take = (text: string) => {
    if (text === '') return;
    const line = fromWire(text) as Line;
    if ('progress' in line) onProgress?.(line.progress);
    else last = line;
  };
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = part.value.split('\n');
    // Lines may be long: pieces are joined once.
    for (const line of lines.slice(0, -1)) {
      take(pieces.join('') + line);
      pieces = [];
    }
    pieces.push(lines.at(-1)!);
  }
  take(pieces.join(''));
  if (last && 'result' in last) return last.result;
  if (last && 'error' in last) throw errorOf(last.error);
  throw new PellucidError('network', 'The server of the studio stopped in the middle of an answer.');
}

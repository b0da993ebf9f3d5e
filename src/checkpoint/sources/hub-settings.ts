import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PellucidError } from '../../errors.js';

/** Which Hub is asked, with which token, and where its files are kept. */
export interface HubSettings {
  /** Base address without a closing slash. */
  readonly endpoint: string;
  /** The folder that holds `models--…`. */
  readonly cacheFolder: string;
  readonly token?: AccessToken | undefined;
  /** Whether the network must not be used. */
  readonly offline: boolean;
  /** Whether a snapshot's files are links to the blobs; else they are moved there. */
  readonly links: boolean;
  /** Milliseconds without an answer or a byte after which a connection counts as cut. */
  readonly idleTimeout: number;
  /** Milliseconds before the first repetition of a failed request; doubled each time. */
  readonly retryDelay: number;
}

export interface AccessToken {
  readonly value: string;
  /** Where it comes from, for messages: `HF_TOKEN`, or the path of a file. */
  readonly source: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings that the user's other Hugging Face programs follow too, from the environment variables that Python's
 * `huggingface_hub` reads: HF_ENDPOINT, HF_HOME, HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, XDG_CACHE_HOME, HF_TOKEN,
 * HUGGING_FACE_HUB_TOKEN, HF_TOKEN_PATH, HF_HUB_DISABLE_IMPLICIT_TOKEN, HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE,
 * HF_HUB_DISABLE_SYMLINKS, HF_HUB_DOWNLOAD_TIMEOUT.
 * @throws PellucidError `bad-input` when HF_ENDPOINT is not an address.
 * @see https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
 */
export async function hubSettings(environment: Environment = process.env): Promise<HubSettings> {
  const home = homeFolder(environment);
  const cache = environment.HF_HUB_CACHE || environment.HUGGINGFACE_HUB_CACHE;
  const timeout = Number(environment.HF_HUB_DOWNLOAD_TIMEOUT);
  return {
    endpoint: endpointOf(environment.HF_ENDPOINT || 'https://huggingface.co'),
    cacheFolder: cache ? expand(cache, environment) : join(home, 'hub'),
    token: await accessToken(home, environment),
    offline: isTrue(environment.HF_HUB_OFFLINE || environment.TRANSFORMERS_OFFLINE),
    links: !isTrue(environment.HF_HUB_DISABLE_SYMLINKS),
    idleTimeout: timeout > 0 ? timeout * 1000 : 30_000,
    retryDelay: 500,
  };
}

function endpointOf(address: string): string {
  if (/^https?:/.test(address) && URL.canParse(address)) return address.replace(/\/+$/, '');
  throw new PellucidError(
    'bad-input',
    `HF_ENDPOINT is "${address}", which is not an address such as https://huggingface.co`,
  );
}

function homeFolder(environment: Environment): string {
  if (environment.HF_HOME) return expand(environment.HF_HOME, environment);
  const cache = environment.XDG_CACHE_HOME;
  return join(cache ? expand(cache, environment) : join(homedir(), '.cache'), 'huggingface');
}

async function accessToken(home: string, environment: Environment): Promise<AccessToken | undefined> {
  if (isTrue(environment.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  for (const source of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN']) {
    const value = environment[source]?.trim();
    if (value) return { value, source };
  }
  const path = environment.HF_TOKEN_PATH
    ? expand(environment.HF_TOKEN_PATH, environment)
    : join(home, 'token');
  const value = (await readFile(path, 'utf8').catch(() => '')).trim();
  return value ? { value, source: path } : undefined;
}

function isTrue(value: string | undefined): boolean {
  return ['1', 'ON', 'YES', 'TRUE'].includes(value?.toUpperCase() ?? '');
}

/** `~` and `$NAME`, as a shell would write them. */
function expand(path: string, environment: Environment): string {
  return path
    .replace(/^~(?=$|[\\/])/, () => homedir())
    .replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced, bare) => environment[braced ?? bare] ?? whole);
}

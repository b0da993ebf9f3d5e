import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './contenders/contender.js';

/** A Python with the packages of `bench/peers/requirements.txt`, the optional ones perhaps left out. */
export interface Peers {
  readonly versions: Readonly<Record<string, string>>;
  readonly contender: Command;
  readonly firstResult: Command;
  readonly firstPicture: Command;
  /** Undefined where the package is not installed: its rows say so. */
  readonly transformerLens: Command | undefined;
  readonly nnsight: Command | undefined;
  readonly captum: Command | undefined;
  readonly shap: Command | undefined;
}

/** Why there are none, and how to get them, in words for a person. */
export interface MissingPeers {
  readonly missing: string;
}

/**
 * Finds the peers: the Python that `PELLUCID_PYTHON` names, or that of `bench/.venv`.
 * @param folder the folder `bench`
 */
export function findPeers(folder: string): Peers | MissingPeers {
  const given = process.env.PELLUCID_PYTHON;
  const places = [join(folder, '.venv', 'bin', 'python'), join(folder, '.venv', 'Scripts', 'python.exe')];
  const python = given || places.find((place) => existsSync(place));
  if (!python) return { missing: `The peers are missing: no Python is there to run them. ${howToInstall}` };
  const scripts = join(folder, 'peers');
  let versions: Record<string, string | null>;
  try {
    versions = JSON.parse(execFileSync(python, [join(scripts, 'versions.py')], { encoding: 'utf8' }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { missing: `The peers are missing: ${python} does not run (${reason}). ${howToInstall}` };
  }
  const absent = Object.keys(versions).filter((name) => versions[name] === null && !optional.includes(name));
  if (absent.length > 0) {
    return { missing: `The peers are missing: ${python} has no ${absent.join(', ')}. ${howToInstall}` };
  }
  const command = (script: string, name = 'transformers') => ({
    name,
    program: python,
    arguments: [join(scripts, script)],
  });
  return {
    versions: Object.fromEntries(
      Object.entries(versions).map(([name, version]) => [name, version ?? 'not installed']),
    ),
    contender: command('transformers_eager.py'),
    firstResult: command('first_result.py'),
    firstPicture: command('first_picture.py'),
    transformerLens: versions['transformer-lens'] ? command('lens_bridge.py', 'TransformerLens') : undefined,
    nnsight: versions.nnsight ? command('nnsight_trace.py', 'nnsight') : undefined,
    captum: versions.captum ? command('captum_attributions.py', 'Captum') : undefined,
    shap: versions.shap ? command('shap_kernel.py', 'SHAP') : undefined,
  };
}

/** Packages that only some rows need. */
const optional = ['captum', 'nnsight', 'shap', 'transformer-lens'];

const howToInstall = `Install them with
  python3 -m venv bench/.venv && bench/.venv/bin/pip install -r bench/peers/requirements.txt
or name a Python that has them in PELLUCID_PYTHON.`;

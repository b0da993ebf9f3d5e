import type { Lens } from '../../explanations/index.js';
import { lensGrid, type Theme, terminalLens } from '../../figures/index.js';
import type { Drawer } from './kind-files.js';

/** What drawings of one kind are told by the command line. */
export interface DrawerOptions {
  readonly position?: number | undefined;
  readonly theme?: Theme | undefined;
}

/** Grids of tokens. */
export function lensDrawer({ position, theme }: DrawerOptions = {}): Drawer<Lens> {
  const at = position === undefined ? {} : { position };
  return {
    figure: (lens) => lensGrid(lens, { ...at, ...(theme ? { theme } : {}) }),
    text: (lens, screen) => terminalLens(lens, { ...at, ...screen }),
  };
}

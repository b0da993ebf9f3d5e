import type { Contributions, Explanation, Lens, QueryKey } from '../../explanations/index.js';
import {
  contributionsChart,
  labelText,
  lensGrid,
  neuronView,
  type Theme,
  terminalContributions,
  terminalLens,
} from '../../figures/index.js';
import { columnsOf } from '../terminal/columns.js';
import type { Drawer } from './kind-files.js';

/** What drawings of one kind are told by the command line. */
export interface DrawerOptions {
  readonly position?: number | undefined;
  readonly top?: number | undefined;
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

/** Bars. */
export function contributionsDrawer({ top, theme }: DrawerOptions = {}): Drawer<Contributions> {
  const most = top === undefined ? {} : { top };
  return {
    figure: (found) => contributionsChart(found, { ...most, ...(theme ? { theme } : {}) }),
    text: (found, screen) => terminalContributions(found, { ...most, ...screen }),
  };
}

/** Query, keys and weights of the last token. */
function neuronDrawer({ theme }: DrawerOptions = {}): Drawer<QueryKey> {
  return {
    figure: (found) => neuronView(found, theme ? { theme } : {}),
    text({ tokens, values, scores, bias }) {
      const start = values.data.length - tokens.length;
      const numbers = [scores, bias, values].map(({ data }) => data.subarray(start));
      const rows = tokens.map((token, i) => [
        labelText(token),
        ...numbers.map((data) => data[i]!.toFixed(3)),
      ]);
      return columnsOf([['source', 'score', 'bias', 'weight'], ...rows]).join('\n');
    },
  };
}

/** How a stored explanation of this kind is drawn; undefined for kinds that are drawn in other ways. */
export function drawerOf({ kind }: Explanation): Drawer<Explanation> | undefined {
  const drawers: Readonly<Record<string, unknown>> = {
    contributions: contributionsDrawer(),
    lens: lensDrawer(),
    'query-key': neuronDrawer(),
  };
  return drawers[kind] as Drawer<Explanation> | undefined;
}

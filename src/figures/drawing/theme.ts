/** Which colours a figure stands on. */
export type Theme = 'light' | 'dark';

/** The colours of a figure's ground and text. */
export interface Palette {
  readonly background: string;
  readonly text: string;
  /** Axis names, tick labels of colour bars, subtitles: at least 4.5 : 1 against the background. */
  readonly muted: string;
  /** Signs that stand for whitespace, tick marks. */
  readonly quiet: string;
  /** Cells without a value. */
  readonly missing: string;
  /** Default colour maps: both keep their order of lightness under every colour vision deficiency. */
  readonly sequential: string;
  readonly diverging: string;
}

export const palettes: Readonly<Record<Theme, Palette>> = {
  light: {
    background: '#ffffff',
    text: '#1f2328',
    muted: '#59636e',
    quiet: '#87919c',
    missing: '#d8dee4',
    sequential: 'YlGnBu',
    diverging: 'RdBu_r',
  },
  dark: {
    background: '#14171c',
    text: '#e6e9ee',
    muted: '#a0a9b4',
    quiet: '#7d8794',
    missing: '#39414b',
    sequential: 'magma',
    diverging: 'RdBu_r',
  },
};

import { create } from 'zustand';
import { chinese } from '../strings/chinese/index.js';
import { english, type Strings } from '../strings/english/index.js';

export type Theme = 'light' | 'dark';
export type Language = 'en' | 'zh';

const dictionaries: Readonly<Record<Language, Strings>> = { en: english, zh: chinese };

interface Preferences {
  readonly theme: Theme;
  readonly language: Language;
  setTheme(theme: Theme): void;
  setLanguage(language: Language): void;
}

function stored<T extends string>(name: string, known: readonly T[]): T | undefined {
  const value = localStorage.getItem(`pellucid-${name}`);
  return known.find((each) => each === value);
}

function apply(name: 'theme' | 'language', value: string): void {
  if (name === 'theme') document.documentElement.dataset.theme = value;
  else document.documentElement.lang = value === 'zh' ? 'zh-Hans' : 'en';
}

const theme =
  stored('theme', ['light', 'dark'] as const) ??
  (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
const language =
  stored('language', ['en', 'zh'] as const) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
apply('theme', theme);
apply('language', language);

export const usePreferences = create<Preferences>((set) => ({
  theme,
  language,
  setTheme(next) {
    localStorage.setItem('pellucid-theme', next);
    apply('theme', next);
    set({ theme: next });
  },
  setLanguage(next) {
    localStorage.setItem('pellucid-language', next);
    apply('language', next);
    set({ language: next });
  },
}));

/** The page's words in the chosen language. */
export function useStrings(): Strings {
  return dictionaries[usePreferences((state) => state.language)];
}

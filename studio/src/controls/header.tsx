import type { About } from 'pellucid/client';
import { usePreferences, useStrings } from '../state/preferences.js';
import { useView } from '../state/view.js';
import { ModelPicker } from './model-picker.js';
import { SavePage } from './saved-page.js';

/** The bar above all: which model, undo and redo, theme and language. */
export function Header({ about, refresh }: { readonly about: About | null; readonly refresh: () => void }) {
  const strings = useStrings();
  const { theme, setTheme, language, setLanguage } = usePreferences();
  const { past, future, undo, redo } = useView();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <header>
      <h1>Pellucid</h1>
      <ModelPicker about={about} refresh={refresh} />
      <div className="spacer" />
      <SavePage />
      <button type="button" className="quiet" disabled={past.length === 0} onClick={undo}>
        {strings.page.undo}
      </button>
      <button type="button" className="quiet" disabled={future.length === 0} onClick={redo}>
        {strings.page.redo}
      </button>
      <button
        type="button"
        className="quiet"
        aria-label={strings.page.switchTheme[other]}
        onClick={() => setTheme(other)}
      >
        {strings.page.theme[other]}
      </button>
      <button
        type="button"
        className="quiet"
        aria-label={`${strings.page.language}: ${strings.page.languageName}`}
        lang={language === 'en' ? 'zh-Hans' : 'en'}
        onClick={() => setLanguage(language === 'en' ? 'zh' : 'en')}
      >
        {strings.page.language}
      </button>
    </header>
  );
}

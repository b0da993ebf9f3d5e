import type { About } from 'pellucid/client';
import { usePreferences, useStrings } from '../state/preferences.js';
import { firstView, useView } from '../state/view.js';

/** The bar above all: which model, undo and redo, theme and language. */
export function Header({ about }: { readonly about: About | null }) {
  const strings = useStrings();
  const { theme, setTheme, language, setLanguage } = usePreferences();
  const { view, past, future, change, undo, redo } = useView();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <header>
      <h1>Pellucid</h1>
      <label className="model">
        <span>{strings.page.model}</span>
        <select
          value={view.model}
          onChange={(event) => {
            const { target, tokens, layer, head } = firstView;
            change({ model: event.target.value, target, tokens, layer, head });
          }}
        >
          {(['named', 'bundled', 'cache'] as const).map((from) => {
            const models = about?.models.filter((model) => model.from === from) ?? [];
            return (
              models.length > 0 && (
                <optgroup key={from} label={strings.page.from[from]}>
                  {models.map(({ name }) => (
                    <option key={name} value={name}>
                      {name}
                    </option>
                  ))}
                </optgroup>
              )
            );
          })}
        </select>
      </label>
      <div className="spacer" />
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

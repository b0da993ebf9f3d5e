import { useState } from 'react';
import { usePreferences, useStrings } from '../state/preferences.js';
import { savePage } from '../state/save-page.js';
import { session } from '../state/session.js';
import { useView } from '../state/view.js';

/** Saves the page with what was seen; a saved page has it already. */
export function SavePage() {
  const strings = useStrings();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  if (session.recording) return null;
  const save = async () => {
    setBusy(true);
    setError('');
    try {
      await savePage();
    } catch (failure) {
      setError(strings.saved.failed(failure instanceof Error ? failure.message : String(failure)));
    }
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        className="quiet"
        disabled={busy}
        title={strings.saved.saveName}
        onClick={() => void save()}
      >
        {busy ? strings.saved.saving : strings.saved.save}
      </button>
      {error !== '' && <span role="alert">{error}</span>}
    </>
  );
}

/** Says of a saved page that it is one. */
export function SavedNote() {
  const strings = useStrings();
  const { language } = usePreferences();
  const { model } = useView(({ view }) => view);
  const { recording } = session;
  if (!recording) return null;
  const date = new Date(recording.date).toLocaleDateString(language === 'zh' ? 'zh-CN' : 'en-GB', {
    ...{ year: 'numeric', month: 'long', day: 'numeric' },
  });
  return (
    <aside className="saved">
      <p>
        <strong>{strings.saved.title}</strong> {strings.saved.about(date)}{' '}
        {recording.step !== null && strings.saved.rounded(`1/${Math.round(1 / recording.step)}`)}{' '}
        {strings.saved.again} <code>npx pellucid studio {model}</code>
      </p>
    </aside>
  );
}

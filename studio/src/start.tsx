import { recordedClient, unpackRecording } from 'pellucid/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { type Receipt, useReceipts } from './state/receipts.js';
import { begin, type Session } from './state/session.js';
import './style/page.css';
import './style/question.css';
import './style/panels.css';
import './style/figures.css';

/**
 * Starts the studio: a saved page on what it was saved with, any other one on models.
 * @param live how models are reached where there are any
 */
export async function start(live: () => Session): Promise<void> {
  const saved = document.querySelector('#recording')?.textContent;
  if (saved) {
    const recording = await unpackRecording(saved);
    if (location.hash === '' && recording.address) history.replaceState(null, '', recording.address);
    begin({ client: recordedClient(recording), recording });
    const { receipts } = recording.page as { readonly receipts: readonly Receipt[] };
    useReceipts.getState().restore(receipts);
  } else begin(live());
  createRoot(document.querySelector('#studio')!).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

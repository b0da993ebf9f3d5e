import * as Tabs from '@radix-ui/react-tabs';
import type { About } from 'pellucid/client';
import { useEffect, useMemo } from 'react';
import { Failure } from './controls/answer-state.js';
import { Header } from './controls/header.js';
import { SavedNote } from './controls/saved-page.js';
import { TargetPicker } from './controls/target-picker.js';
import { TokenStrip } from './controls/token-strip.js';
import { examples } from './examples.js';
import { AttentionPanel } from './panels/attention.js';
import { AttributionPanel } from './panels/attribution.js';
import { Overview } from './panels/overview.js';
import { TestPanel } from './panels/test.js';
import { useStrings } from './state/preferences.js';
import { session } from './state/session.js';
import { SubjectContext } from './state/subject.js';
import { useAddress, useUndoKeys } from './state/use-address.js';
import { useAnswer } from './state/use-answer.js';
import { panels, useView, type View } from './state/view.js';

const nothing = {};

/** The studio: a text, a question, and panels that share one selection. */
export function App() {
  useAddress();
  useUndoKeys();
  const strings = useStrings();
  const { show } = useView();
  const about = useAnswer('about', nothing);
  const { model } = useView(({ view }) => view);
  useEffect(() => {
    document.title = strings.page.title;
  }, [strings]);
  useEffect(() => {
    const first = about.result?.first;
    const { view } = useView.getState();
    if (first !== undefined && view.model === '')
      show({ ...view, model: first, text: view.text || exampleFor(first) });
  }, [about.result, show]);
  return (
    <>
      <button type="button" className="skip" onClick={skipToPanels}>
        {strings.page.skip}
      </button>
      <Header about={about.result} refresh={about.again} />
      <main>
        <SavedNote />
        {about.error !== null && <Failure message={about.error} again={about.again} />}
        {about.result && model !== '' && <Opened key={model} about={about.result} name={model} />}
      </main>
    </>
  );
}

/** What a link would do, were the address not taken by the view. */
function skipToPanels(): void {
  document.querySelector<HTMLElement>('#panels [role=tab][data-state=active]')?.focus();
}

function exampleFor(model: string): string {
  return examples[model] ?? examples.causal!;
}

function Opened({ about, name }: { readonly about: About; readonly name: string }) {
  const strings = useStrings();
  const { view, change } = useView();
  const opened = useAnswer(
    'open',
    useMemo(() => ({ model: name }), [name]),
  );
  const model = opened.result;
  const text = view.text;
  const asked = useAnswer(
    'run',
    model === null || text === '' ? null : { model: name, input: { text }, top: 20 },
    150,
  );
  const run = asked.result;
  // What was read belongs to an answer, not to what is being typed.
  const subject = useMemo(
    () => (model && run ? { about, model, run, input: { text: run.subject.text ?? '' } } : null),
    [about, model, run],
  );
  return (
    <>
      <fieldset className="ask" disabled={session.recording !== undefined}>
        <label className="text">
          <span>{strings.input.text}</span>
          <textarea
            rows={2}
            value={text}
            placeholder={strings.input.textHint}
            spellCheck={false}
            maxLength={20_000}
            dir="auto"
            onChange={(event) => change({ text: event.target.value, tokens: [], target: 'logit' })}
          />
          {model?.mask != null && !text.includes(model.mask) && (
            <small>
              {strings.input.maskHint(model.mask)}{' '}
              <button
                type="button"
                className="quiet"
                onClick={() => change({ text: `${text.replace(/[.\s]+$/, '')} ${model.mask}.`, tokens: [] })}
              >
                + {model.mask}
              </button>
            </small>
          )}
        </label>
      </fieldset>
      {opened.error !== null && <Failure message={opened.error} again={opened.again} />}
      {opened.busy && <p role="status">{strings.page.loadingModel}…</p>}
      {asked.error !== null && text !== '' && <Failure message={asked.error} again={asked.again} />}
      {text === '' && <p className="empty">{strings.page.empty}</p>}
      {subject && text !== '' && (
        <SubjectContext value={subject}>
          <TokenStrip />
          <TargetPicker />
          <Panels view={view} choose={(panel) => change({ panel })} />
        </SubjectContext>
      )}
    </>
  );
}

const contents = {
  overview: Overview,
  attention: AttentionPanel,
  attribution: AttributionPanel,
  test: TestPanel,
} as const;

function Panels({ view, choose }: { readonly view: View; readonly choose: (panel: View['panel']) => void }) {
  const strings = useStrings();
  return (
    <Tabs.Root
      id="panels"
      value={view.panel}
      onValueChange={(value) => {
        const panel = panels.find((each) => each === value);
        if (panel) choose(panel);
      }}
    >
      <Tabs.List className="tabs" aria-label={strings.page.panelsName}>
        {panels.map((name) => (
          <Tabs.Trigger key={name} value={name}>
            {strings.page.panels[name]}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {panels.map((name) => {
        const Content = contents[name];
        return (
          <Tabs.Content key={name} value={name}>
            <Content />
          </Tabs.Content>
        );
      })}
    </Tabs.Root>
  );
}

import * as Tabs from '@radix-ui/react-tabs';
import type { About } from 'pellucid/client';
import { useEffect, useMemo } from 'react';
import { Failure } from './controls/answer-state.js';
import { GeneratedText } from './controls/generated-text.js';
import { Header } from './controls/header.js';
import { InputForm } from './controls/input-form.js';
import { SavedNote } from './controls/saved-page.js';
import { TargetPicker } from './controls/target-picker.js';
import { TokenStrip } from './controls/token-strip.js';
import { examples } from './examples.js';
import { AttentionPanel } from './panels/attention.js';
import { AttributionPanel } from './panels/attribution.js';
import { LensPanel } from './panels/lens.js';
import { Overview } from './panels/overview.js';
import { TestPanel } from './panels/test.js';
import { useStrings } from './state/preferences.js';
import { session } from './state/session.js';
import { SubjectContext } from './state/subject.js';
import { useAddress, useUndoKeys } from './state/use-address.js';
import { useAnswer } from './state/use-answer.js';
import { inputOf, panels, useView, type View } from './state/view.js';

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
      show({ ...view, model: first, text: view.text || (view.chat ? '' : exampleFor(first)) });
  }, [about.result, show]);
  return (
    <>
      <button type="button" className="skip" onClick={skipToPanels}>
        {strings.page.skip}
      </button>
      <Header about={about.result} refresh={about.again} />
      <main>
        <SavedNote />
        {about.error !== null && <Failure failed={about} again={about.again} />}
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
  const input = model === null ? null : inputOf(view, model.decoder);
  // Where the question is asked elsewhere than the model answers, its answers there are wanted too.
  const positions =
    view.position === null || model?.task.endsWith('classification') ? {} : { positions: [view.position] };
  const asked = useAnswer('run', input === null ? null : { model: name, input, top: 20, ...positions }, 150);
  const { result: run, request } = asked;
  // What was read belongs to an answer, not to what is being typed.
  const subject = useMemo(
    () =>
      model && run && request
        ? { about, model, run, input: request.input, tokens: [...run.tokens, ...(run.decoderTokens ?? [])] }
        : null,
    [about, model, run, request],
  );
  return (
    <>
      <div className="ask">
        <fieldset className="given" disabled={session.recording !== undefined}>
          <InputForm model={model} />
        </fieldset>
        <div className="asked">
          {subject && input !== null && (
            <SubjectContext value={subject}>
              <TargetPicker />
              <GeneratedText />
            </SubjectContext>
          )}
        </div>
      </div>
      {opened.error !== null && <Failure failed={opened} again={opened.again} />}
      {(opened.busy || (subject === null && asked.busy)) && (
        <div className="first" role="status" aria-busy="true">
          <p>
            <progress aria-label={strings.page.loadingModel} />{' '}
            {opened.busy ? strings.page.loadingModel : strings.state.working}…
          </p>
          <div className="skeleton" />
        </div>
      )}
      {asked.error !== null && input !== null && (
        <Failure failed={asked} again={asked.again}>
          {view.position !== null && (
            <button type="button" onClick={() => change({ position: null, target: 'logit' })}>
              {strings.question.usualPlace}
            </button>
          )}
        </Failure>
      )}
      {model !== null && input === null && <p className="empty">{strings.page.empty}</p>}
      {subject && input !== null && (
        <SubjectContext value={subject}>
          <TokenStrip />
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
  lens: LensPanel,
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

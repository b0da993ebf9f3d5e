import { useMemo } from 'react';
import { useStrings } from '../state/preferences.js';
import { useSubject } from '../state/subject.js';
import { useAnswer } from '../state/use-answer.js';
import { useView } from '../state/view.js';
import { AnswerState } from './answer-state.js';
import { Label } from './label.js';

/** Tokens that are written at once. */
const written = 20;

/** The model goes on with the input; each token that it writes can be asked about. */
export function GeneratedText() {
  const strings = useStrings();
  const { model, input } = useSubject();
  const { view, change } = useView();
  const request = useMemo(() => {
    const { written: _, ...prompt } = input;
    return view.generate === 0
      ? null
      : { model: model.name, input: prompt, maxNewTokens: Math.min(200, view.generate) };
  }, [model, input, view.generate]);
  const asked = useAnswer('generate', request);
  if (model.task !== 'causal-lm') return null;
  if (view.generate === 0) {
    return (
      <p className="generated">
        <button type="button" onClick={() => change({ generate: written })}>
          {strings.question.goOn}
        </button>
        <small>{strings.question.goOnHint}</small>
      </p>
    );
  }
  const ask = (at: number, ids: readonly number[]) =>
    change({
      written: ids.slice(0, at),
      target: `logit:#${ids[at]}`,
      position: null,
      tokens: [],
      followed: [],
    });
  return (
    <section className="generated" aria-label={strings.question.written}>
      <AnswerState asked={asked} line>
        {({ tokens, ended }) => {
          const ids = tokens.map(({ id }) => id);
          const at = view.written.length;
          const about = view.target === `logit:#${ids[at]}`;
          return (
            <div className="chips">
              {[...tokens.entries()].map(([i, { text, special }]) => (
                <button
                  key={i}
                  type="button"
                  className={`token${i < at ? ' read' : ''}${special ? ' special' : ''}`}
                  aria-pressed={about && i === at}
                  aria-label={strings.question.askWhyWritten(i + 1, text.trim() || text)}
                  onClick={() => ask(i, ids)}
                >
                  <Label text={text} />
                </button>
              ))}
              {!ended && tokens.length < 200 && (
                <button
                  type="button"
                  className="quiet"
                  onClick={() => change({ generate: view.generate + written })}
                >
                  {strings.question.more}
                </button>
              )}
            </div>
          );
        }}
      </AnswerState>
      <button
        type="button"
        className="quiet"
        onClick={() => change({ generate: 0, written: [], target: 'logit', position: null, tokens: [] })}
      >
        {strings.question.backToPrompt}
      </button>
    </section>
  );
}

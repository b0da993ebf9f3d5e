import type { Answer } from 'pellucid/client';
import { answersOf, idsOf, placeOf, sideOf, spanPosition, spanTarget, targetOf } from '../state/answers.js';
import { useStrings } from '../state/preferences.js';
import { useSubject } from '../state/subject.js';
import { useView } from '../state/view.js';
import { percent, quoted, signed } from '../words.js';
import { Share } from './share.js';

/** What the model predicts where the question is; a click asks why. */
export function Predictions() {
  const strings = useStrings();
  const { run, model } = useSubject();
  const { view, change } = useView();
  const place = placeOf(view, run);
  const answers = answersOf(run, place);
  const { answer } = idsOf(view.target);
  const spans = model.task === 'question-answering';
  const side = sideOf(view.target);
  const idOf = (each: Answer) => (spans ? spanPosition(each, side, run) : each.id);
  const asked = answer ?? (answers[0] && idOf(answers[0]));
  const tokens = run.decoderTokens ?? run.tokens;
  const shares = answers.some(({ probability }) => probability !== null);
  return (
    <section aria-labelledby="predictions">
      <h2 id="predictions">
        {place === null || tokens[place] === undefined
          ? strings.overview.predictions
          : strings.overview.predictionsAt(place, quoted(tokens[place].text))}
      </h2>
      <div className="scrolled">
        <table className="predictions">
          <thead>
            <tr>
              <th scope="col">{strings.overview.answer}</th>
              {shares && (
                <th scope="col" className="number">
                  {strings.overview.probability}
                </th>
              )}
              <th scope="col" className="number">
                {strings.overview.score}
              </th>
            </tr>
          </thead>
          <tbody>
            {answers.slice(0, 10).map((each) => {
              const { text, score, probability } = each;
              const id = idOf(each);
              return (
                <tr key={`${each.id} ${text}`}>
                  <th scope="row">
                    <button
                      type="button"
                      className="answer-text"
                      aria-pressed={id === asked}
                      title={strings.overview.askWhy(quoted(text))}
                      onClick={() => change({ target: spans ? spanTarget(side, id) : targetOf(id, null) })}
                    >
                      <bdi>{quoted(text)}</bdi>
                    </button>
                  </th>
                  {shares && (
                    <td className="number" title={probability === null ? '' : percent(probability)}>
                      {probability === null ? '–' : <Share share={probability} />}
                    </td>
                  )}
                  <td className="number">{signed(score)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

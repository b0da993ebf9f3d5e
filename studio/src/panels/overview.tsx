import type { CompareResult, RunResult } from 'pellucid/client';
import type { Attribution } from 'pellucid/explanations';
import { AnswerState } from '../controls/answer-state.js';
import { Share } from '../controls/share.js';
import { VerdictBadge } from '../controls/verdict-badge.js';
import { idsOf, targetOf } from '../state/answers.js';
import { useStrings } from '../state/preferences.js';
import { useSubject } from '../state/subject.js';
import { useAnswer } from '../state/use-answer.js';
import { lastPinned, useView } from '../state/view.js';
import { quoted, signed } from '../words.js';

/** Two cheap and unlike methods: one takes words away, one follows the gradient. */
const methods = ['occlusion', 'integrated-gradients'];

/** What the model predicts, and what that rests on. */
export function Overview() {
  const strings = useStrings();
  const { about, model, run, input } = useSubject();
  const { view } = useView();
  const asked = useAnswer(
    'compare',
    run.predictions.length === 0
      ? null
      : { model: model.name, input, target: view.target, methods, features: 'words' },
  );
  if (run.predictions.length === 0) return <p className="hint">{strings.overview.noPredictions}</p>;
  return (
    <div className="columns">
      <Predictions run={run} />
      <section aria-labelledby="findings">
        <h2 id="findings">{strings.overview.findings}</h2>
        <p className="hint">{strings.overview.findingsHint}</p>
        <AnswerState asked={asked}>
          {(result) => <Findings result={result} titleOf={(name) => titleOf(about.methods, name)} />}
        </AnswerState>
      </section>
    </div>
  );
}

export function titleOf(
  known: readonly { readonly name: string; readonly title: string }[],
  name: string,
): string {
  return known.find((method) => method.name === name)?.title ?? name;
}

function Predictions({ run }: { readonly run: RunResult }) {
  const strings = useStrings();
  const { view, change } = useView();
  const shown =
    run.predictions.find(({ position }) => position === lastPinned(view, run.tokens.length)) ??
    run.predictions[0]!;
  const { answer } = idsOf(view.target);
  const asked = answer ?? shown.candidates[0]?.id;
  return (
    <section aria-labelledby="predictions">
      <h2 id="predictions">
        {shown.position === null || run.predictions.length === 1
          ? strings.overview.predictions
          : strings.overview.predictionsAt(shown.position)}
      </h2>
      <table className="predictions">
        <thead>
          <tr>
            <th scope="col">{strings.overview.answer}</th>
            <th scope="col" className="number">
              {strings.overview.probability}
            </th>
            <th scope="col" className="number">
              {strings.overview.score}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.candidates.slice(0, 10).map(({ id, text, score, probability }) => (
            <tr key={id}>
              <th scope="row">
                <button
                  type="button"
                  className="answer-text"
                  aria-pressed={id === asked}
                  title={strings.overview.askWhy(quoted(text))}
                  onClick={() => change({ target: targetOf(id, null) })}
                >
                  <bdi>{quoted(text)}</bdi>
                </button>
              </th>
              <td className="number">{probability === null ? '–' : <Share share={probability} />}</td>
              <td className="number">{signed(score)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Findings({
  result: { attributions, agreement },
  titleOf: named,
}: {
  readonly result: CompareResult;
  readonly titleOf: (name: string) => string;
}) {
  const strings = useStrings();
  const rank = { supported: 0, inconclusive: 1, 'not supported': 2 };
  const ordered = attributions.toSorted(
    (a, b) => rank[a.verdict?.conclusion ?? 'inconclusive'] - rank[b.verdict?.conclusion ?? 'inconclusive'],
  );
  return (
    <ol className="findings">
      {ordered.map((attribution) => (
        <li key={attribution.method}>
          <p className="finding">{sentenceOf(attribution, strings)}</p>
          <p>
            <span className="muted">{named(attribution.method)}</span>{' '}
            <VerdictBadge verdict={attribution.verdict} />
          </p>
          <p className="reason" lang="en">
            {attribution.verdict?.reason}
          </p>
        </li>
      ))}
      <li>
        <p className="finding">
          {strings.verdict.agreement}: {signed(agreement[0]?.[1] ?? 0)}
        </p>
        <p className="reason">{strings.verdict.agreementHint}</p>
      </li>
    </ol>
  );
}

/** The feature with the largest score, in words. */
function sentenceOf(
  { features, values, signed: hasSigns, target }: Attribution,
  strings: ReturnType<typeof useStrings>,
) {
  const order = [...features.keys()].sort((a, b) => Math.abs(values.data[b]!) - Math.abs(values.data[a]!));
  const first = order[0]!;
  const feature = quoted(features[first]!.label);
  const [answer, other] = target.answers.map(({ text }) => quoted(text));
  const what =
    other === undefined ? (answer ?? target.name) : `${answer} ${strings.question.ratherThan} ${other}`;
  if (!hasSigns) return strings.overview.matters(feature, what);
  const say = values.data[first]! < 0 ? strings.overview.speaksAgainst : strings.overview.speaksFor;
  return `${say(feature, what)} (${signed(values.data[first]!)})`;
}

import type { CompareResult } from 'pellucid/client';
import type { Attribution } from 'pellucid/explanations';
import { faithfulnessCurves, tokenHighlight } from 'pellucid/figures';
import { AnswerState } from '../controls/answer-state.js';
import { Choice } from '../controls/choice.js';
import { ColouredText } from '../controls/coloured-text.js';
import { CostNote, useCost } from '../controls/cost-gate.js';
import { FigureImage } from '../controls/figure-image.js';
import { Reproduce, SaveMenu } from '../controls/save-menu.js';
import { VerdictBadge, VerdictReason } from '../controls/verdict-badge.js';
import { compareCommand, compareScript } from '../reproduce.js';
import { canBeAsked } from '../state/answers.js';
import { usePreferences, useStrings } from '../state/preferences.js';
import { useQuestion, useSubject } from '../state/subject.js';
import { useAnswer } from '../state/use-answer.js';
import { useView } from '../state/view.js';
import { quoted, signed } from '../words.js';

/** Methods side by side, at most. */
const mostMethods = 6;

/** The text coloured by any methods, each with its verdict. */
export function AttributionPanel() {
  const strings = useStrings();
  const { about, run } = useSubject();
  const question = useQuestion();
  const { view } = useView();
  const methods = view.methods.filter((name) => about.methods.some((method) => method.name === name));
  const { features, verdict } = view;
  const request =
    !canBeAsked(view, run) || methods.length === 0 ? null : { ...question, methods, features, verdict };
  const cost = useCost(request);
  const asked = useAnswer('compare', cost.begins ? request : null);
  const busy = asked.busy || cost.busy;
  // What was agreed to is asked for as soon as this is drawn.
  const isNext =
    cost.begins &&
    !asked.cancelled &&
    asked.error === null &&
    JSON.stringify(asked.request) !== JSON.stringify(request);
  const named = useMethodNames();
  if (!canBeAsked(view, run)) return <p className="hint">{strings.overview.noPredictions}</p>;
  return (
    <>
      <Choices />
      <CostNote of={cost} />
      <AnswerState<'compare'> asked={{ ...asked, busy: busy || isNext }} waits={!cost.begins && !cost.busy}>
        {(result) => (
          <>
            <ul className="cards side-by-side">
              {result.attributions.map((attribution) => (
                <Card key={attribution.method} attribution={attribution} title={named(attribution.method)} />
              ))}
            </ul>
            <div className="columns">
              {result.attributions.length > 1 && <Agreement result={result} named={named} />}
              <Curves result={result} named={named} />
            </div>
          </>
        )}
      </AnswerState>
      <Reproduce
        command={compareCommand(question, { methods, features, verdict })}
        script={compareScript(question, { methods, features, verdict })}
      />
    </>
  );
}

/** Names of methods in the page's language. */
function useMethodNames(): (name: string) => string {
  const { names } = useStrings().attribution;
  const { about } = useSubject();
  return (name) => names[name] ?? about.methods.find((method) => method.name === name)?.title ?? name;
}

function Choices() {
  const strings = useStrings();
  const { view, change } = useView();
  return (
    <div className="choices">
      <Choice
        label={strings.attribution.granularity}
        value={view.features}
        names={strings.attribution.granularities}
        change={(features) => change({ features })}
      />
      <Choice
        label={strings.attribution.verdict}
        value={view.verdict}
        names={strings.attribution.verdicts}
        change={(verdict) => change({ verdict })}
      />
      <Methods />
    </div>
  );
}

function Methods() {
  const strings = useStrings();
  const { about } = useSubject();
  const { view, change } = useView();
  const named = useMethodNames();
  const families = [...new Set(about.methods.map(({ family }) => family))];
  return (
    <details className="method-choice">
      <summary>
        {strings.attribution.chooseMethods} ({view.methods.length})
      </summary>
      <p className="hint">{strings.attribution.mostMethods(mostMethods)}</p>
      <div className="methods">
        {families.map((family) => (
          <fieldset key={family}>
            <legend>{strings.attribution.families[family] ?? family}</legend>
            {about.methods
              .filter((method) => method.family === family)
              .map(({ name, summary }) => {
                const chosen = view.methods.includes(name);
                const last = chosen && view.methods.length === 1;
                return (
                  <label key={name} title={strings.attribution.summaries[name] ?? summary}>
                    <input
                      type="checkbox"
                      checked={chosen}
                      disabled={last || (!chosen && view.methods.length >= mostMethods)}
                      onChange={() =>
                        change({
                          methods: chosen
                            ? view.methods.filter((other) => other !== name)
                            : [...view.methods, name],
                        })
                      }
                    />
                    <span>{named(name)}</span>
                  </label>
                );
              })}
          </fieldset>
        ))}
      </div>
    </details>
  );
}

function Card({ attribution, title }: { readonly attribution: Attribution; readonly title: string }) {
  const strings = useStrings();
  const { theme } = usePreferences();
  const { verdict, errors, standardError } = attribution;
  return (
    <li className="card">
      <div className="title-line">
        <h3>{title}</h3>
        <VerdictBadge verdict={verdict} />
        <SaveMenu
          name={`attribution-${attribution.method}`}
          figure={() => tokenHighlight(attribution, { theme })}
          result={attribution}
        />
      </div>
      <ColouredText attribution={attribution} />
      <VerdictReason verdict={verdict} />
      {errors.map(({ name, value, large }) => (
        <p key={name} className={large ? 'reason warning' : 'reason'}>
          {strings.attribution.declared(strings.attribution.errors[name] ?? name, value.toPrecision(2))}
          {large && ` – ${strings.attribution.largeError}`}
        </p>
      ))}
      <details>
        <summary>{strings.save.asTable}</summary>
        <div className="scrolled">
          <table>
            <thead>
              <tr>
                <th scope="col">{strings.attribution.feature}</th>
                <th scope="col" className="number">
                  {strings.overview.score}
                </th>
                {standardError && (
                  <th scope="col" className="number">
                    ±
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {attribution.features.map(({ label, positions }, i) => (
                <tr key={positions.join()}>
                  <th scope="row">
                    <bdi>{quoted(label)}</bdi>
                  </th>
                  <td className="number">{signed(attribution.values.data[i]!)}</td>
                  {standardError && <td className="number">{standardError.data[i]!.toFixed(2)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </li>
  );
}

/** The target while features are taken away and put in, beside the band of random rankings; part of a full test. */
function Curves({
  result: { attributions },
  named,
}: {
  readonly result: CompareResult;
  readonly named: (name: string) => string;
}) {
  const strings = useStrings();
  const { theme } = usePreferences();
  const { view, change } = useView();
  const words = { ...strings.attribution.curveWords, method: named };
  const drawn = attributions.filter(({ verdict }) => verdict?.measures.some(({ curve }) => curve));
  return (
    <section aria-labelledby="curves">
      <div className="title-line">
        <h3 id="curves">{strings.attribution.curves}</h3>
        {drawn.length > 0 && (
          <SaveMenu
            name="curves"
            figure={() => faithfulnessCurves(drawn, { theme, words })}
            result={drawn.map(({ method, verdict }) => ({ method, verdict }))}
          />
        )}
      </div>
      {drawn.length === 0 ? (
        <p className="hint">
          {strings.attribution.noCurves}{' '}
          {view.verdict !== 'full' && (
            <button type="button" onClick={() => change({ verdict: 'full' })}>
              {strings.attribution.testFully}
            </button>
          )}
        </p>
      ) : (
        <>
          <FigureImage
            figure={() => faithfulnessCurves(drawn, { theme, words, width: 620 })}
            name={strings.attribution.curves}
          />
          <details>
            <summary>{strings.save.asTable}</summary>
            <div className="scrolled">
              <table>
                <thead>
                  <tr>
                    <th scope="col">{strings.attribution.methods}</th>
                    <th scope="col">{strings.attribution.metric}</th>
                    <th scope="col" className="number">
                      {strings.overview.score}
                    </th>
                    <th scope="col" className="number">
                      {strings.attribution.random}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {drawn.flatMap(({ method, verdict }) =>
                    verdict!.measures.map(({ metric, value, random }) => (
                      <tr key={`${method} ${metric}`}>
                        <th scope="row">{named(method)}</th>
                        <td>{strings.attribution.names[metric] ?? metric}</td>
                        <td className="number">{signed(value)}</td>
                        <td className="number">
                          {random === null
                            ? '–'
                            : `${signed(random.mean)} ± ${random.standardError.toFixed(2)}`}
                        </td>
                      </tr>
                    )),
                  )}
                </tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </section>
  );
}

function Agreement({
  result: { attributions, agreement },
  named,
}: {
  readonly result: CompareResult;
  readonly named: (name: string) => string;
}) {
  const strings = useStrings();
  return (
    <section aria-labelledby="agreement">
      <h3 id="agreement">{strings.verdict.agreement}</h3>
      <p className="hint">{strings.verdict.agreementHint}</p>
      <div className="scrolled">
        <table>
          <thead>
            <tr>
              <td />
              {attributions.map(({ method }) => (
                <th key={method} scope="col">
                  {named(method)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {attributions.map(({ method }, row) => (
              <tr key={method}>
                <th scope="row">{named(method)}</th>
                {agreement[row]!.map((value, column) => (
                  <td key={attributions[column]!.method} className="number">
                    {row === column ? '–' : signed(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

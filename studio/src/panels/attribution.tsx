import type { CompareResult } from 'pellucid/client';
import type { Attribution } from 'pellucid/explanations';
import { colorMap, textColorOn, tokenHighlight } from 'pellucid/figures';
import { AnswerState } from '../controls/answer-state.js';
import { Label } from '../controls/label.js';
import { Reproduce, SaveMenu } from '../controls/save-menu.js';
import { VerdictBadge } from '../controls/verdict-badge.js';
import { compareCommand, compareScript } from '../reproduce.js';
import { usePreferences, useStrings } from '../state/preferences.js';
import { useSubject } from '../state/subject.js';
import { useAnswer } from '../state/use-answer.js';
import { granularities, useView } from '../state/view.js';
import { quoted, signed } from '../words.js';
import { titleOf } from './overview.js';

/** Methods side by side, at most. */
const mostMethods = 6;

/** The text coloured by any methods, each with its verdict. */
export function AttributionPanel() {
  const strings = useStrings();
  const { about, model, run, input } = useSubject();
  const { view } = useView();
  const methods = view.methods.filter((name) => about.methods.some((method) => method.name === name));
  const request =
    run.predictions.length === 0 || methods.length === 0
      ? null
      : { model: model.name, input, target: view.target, methods, features: view.features };
  const asked = useAnswer('compare', request);
  const again = { model: model.name, text: input.text, target: view.target };
  if (run.predictions.length === 0) return <p className="hint">{strings.overview.noPredictions}</p>;
  return (
    <>
      <Choice />
      <AnswerState asked={asked}>
        {(result) => (
          <>
            <ul className="cards">
              {result.attributions.map((attribution) => (
                <Card
                  key={attribution.method}
                  attribution={attribution}
                  title={titleOf(about.methods, attribution.method)}
                />
              ))}
            </ul>
            {result.attributions.length > 1 && (
              <Agreement result={result} named={(name) => titleOf(about.methods, name)} />
            )}
          </>
        )}
      </AnswerState>
      <Reproduce
        command={compareCommand(again, methods, view.features)}
        script={compareScript(again, methods, view.features)}
      />
    </>
  );
}

function Choice() {
  const strings = useStrings();
  const { about } = useSubject();
  const { view, change } = useView();
  return (
    <div className="choice">
      <label>
        <span>{strings.attribution.granularity}</span>
        <select
          value={view.features}
          onChange={(event) => {
            const features = granularities.find((name) => name === event.target.value);
            if (features) change({ features });
          }}
        >
          {granularities.map((name) => (
            <option key={name} value={name}>
              {strings.attribution.granularities[name]}
            </option>
          ))}
        </select>
      </label>
      <details>
        <summary>
          {strings.attribution.chooseMethods} ({view.methods.length})
        </summary>
        <fieldset className="methods">
          <legend>{strings.attribution.mostMethods(mostMethods)}</legend>
          {about.methods.map(({ name, title, summary }) => {
            const chosen = view.methods.includes(name);
            const last = chosen && view.methods.length === 1;
            return (
              <label key={name} title={summary}>
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
                <span lang="en">{title}</span>
              </label>
            );
          })}
        </fieldset>
      </details>
    </div>
  );
}

function Card({ attribution, title }: { readonly attribution: Attribution; readonly title: string }) {
  const strings = useStrings();
  const { theme } = usePreferences();
  const { verdict, errors, standardError } = attribution;
  return (
    <li className="card">
      <div className="title-line">
        <h3 lang="en">{title}</h3>
        <VerdictBadge verdict={verdict} />
        <SaveMenu
          name={`attribution-${attribution.method}`}
          figure={() => tokenHighlight(attribution, { theme })}
          result={attribution}
        />
      </div>
      <Coloured attribution={attribution} />
      <p className="reason" lang="en">
        {verdict?.reason} {verdict && `(${strings.verdict.passes(verdict.cost)})`}
      </p>
      {errors.map(({ name, value, large }) => (
        <p key={name} className={large ? 'reason warning' : 'reason'}>
          {strings.attribution.declared(name, value.toPrecision(2))}
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

/** The text, each feature on the colour of its score; 0 is neutral. */
function Coloured({ attribution }: { readonly attribution: Attribution }) {
  const strings = useStrings();
  const { view, pin, focused, focus } = useView();
  const { tokens, features, values, signed: hasSigns } = attribution;
  const colors = colorMap('RdBu_r');
  const largest = Math.max(...values.data.map(Math.abs)) || 1;
  const ends = hasSigns ? [0, 0.25, 0.5, 0.75, 1] : [0.5, 0.75, 1];
  const featureAt = new Map(
    features.flatMap(({ positions }, i) => positions.map((position) => [position, i] as const)),
  );
  return (
    <>
      <p className="coloured">
        {[...tokens.entries()].map(([position, { text }]) => {
          const feature = featureAt.get(position);
          const score = feature === undefined ? undefined : values.data[feature]!;
          const background = score === undefined ? undefined : colors(0.5 + score / largest / 2);
          const style = background === undefined ? {} : { background, color: textColorOn(background) };
          return (
            <button
              type="button"
              key={position}
              tabIndex={-1}
              className={`token${score === undefined ? ' plain' : ''}${focused === position ? ' focused' : ''}`}
              style={style}
              title={score === undefined ? '' : `${quoted(features[feature!]!.label)} ${signed(score)}`}
              aria-pressed={view.tokens.includes(position)}
              onClick={() => pin(position)}
              onPointerEnter={() => focus(position)}
              onPointerLeave={() => focus(null)}
            >
              <Label text={text} />
            </button>
          );
        })}
      </p>
      <p className="legend" aria-hidden="true">
        {hasSigns && strings.attribution.against}
        <span
          style={{ background: `linear-gradient(to right, ${ends.map((at) => colors(at)).join(', ')})` }}
        />
        {strings.attribution.for} ({signed(largest)})
      </p>
    </>
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
                <th key={method} scope="col" lang="en">
                  {named(method)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {attributions.map(({ method }, row) => (
              <tr key={method}>
                <th scope="row" lang="en">
                  {named(method)}
                </th>
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

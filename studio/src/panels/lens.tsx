import type { Contributions, Lens } from 'pellucid/explanations';
import { contributionsChart, lensGrid } from 'pellucid/figures';
import { AnswerState } from '../controls/answer-state.js';
import { Choice } from '../controls/choice.js';
import { LensGrid } from '../controls/lens-grid.js';
import { RankChart } from '../controls/rank-chart.js';
import { Reproduce, SaveMenu } from '../controls/save-menu.js';
import { contributionsCommand, contributionsScript, lensCommand, lensScript } from '../reproduce.js';
import { answersOf, idsOf, placeOf } from '../state/answers.js';
import { usePreferences, useStrings } from '../state/preferences.js';
import { useQuestion, useSubject } from '../state/subject.js';
import { useAnswer } from '../state/use-answer.js';
import { lastPinned, useView } from '../state/view.js';
import { signed, targetWords } from '../words.js';

/** What the model would answer after each layer, and what each component adds to the answer. */
export function LensPanel() {
  const strings = useStrings();
  const { model } = useSubject();
  if (model.task !== 'causal-lm' && model.task !== 'masked-lm')
    return <p className="hint">{strings.lens.noVocabulary}</p>;
  return (
    <>
      <Layers />
      <Parts />
    </>
  );
}

function Layers() {
  const strings = useStrings();
  const { theme } = usePreferences();
  const { model, input, run, tokens } = useSubject();
  const { view, change } = useView();
  const place = placeOf(view, run);
  const { answer, other } = idsOf(view.target);
  const best = answer ?? answersOf(run, place)[0]?.id;
  const pinned = [...new Set([...[best, other].flatMap((id) => id ?? []), ...view.followed])].slice(0, 8);
  const request = { model: model.name, input, at: view.place, pinned };
  const asked = useAnswer('lens', request);
  const offset = run.decoderTokens === null ? 0 : run.tokens.length;
  const shown = (lens: Lens) => {
    const token = lastPinned(view, tokens.length);
    return token !== null && token >= offset
      ? Math.min(token - offset, lens.tokens.length - 1)
      : (place ?? lens.position);
  };
  return (
    <section aria-labelledby="lens">
      <div className="title-line">
        <h2 id="lens">{strings.lens.title}</h2>
        <Choice
          label={strings.lens.at}
          value={view.place}
          names={strings.lens.places}
          change={(place) => change({ place })}
        />
        {asked.result && (
          <SaveMenu name="lens" figure={() => lensGrid(asked.result!, { theme })} result={asked.result} />
        )}
      </div>
      <p className="hint">{strings.lens.hint}</p>
      <AnswerState asked={asked}>
        {(lens) => (
          <div className="columns lens">
            <div>
              <LensGrid lens={lens} />
            </div>
            {lens.pinned.length > 0 && <RankChart lens={lens} position={shown(lens)} />}
          </div>
        )}
      </AnswerState>
      <Reproduce command={lensCommand(request)} script={lensScript(request)} />
    </section>
  );
}

function Parts() {
  const strings = useStrings();
  const { theme } = usePreferences();
  const question = useQuestion();
  const { view, change } = useView();
  const request = { ...question, unit: view.unit };
  const asked = useAnswer('contributions', request);
  return (
    <section aria-labelledby="contributions">
      <div className="title-line">
        <h2 id="contributions">{strings.lens.contributions}</h2>
        <Choice
          label={strings.lens.by}
          value={view.unit}
          names={strings.lens.units}
          change={(unit) => change({ unit })}
        />
        {asked.result && (
          <SaveMenu
            name="contributions"
            figure={() => contributionsChart(asked.result!, { theme })}
            result={asked.result}
          />
        )}
      </div>
      <p className="hint">{strings.lens.contributionsHint}</p>
      <AnswerState asked={asked}>{(found) => <Bars contributions={found} />}</AnswerState>
      <Reproduce command={contributionsCommand(request)} script={contributionsScript(request)} />
    </section>
  );
}

/** Rows that are shown, the strongest; the others share one. */
const mostBars = 24;

/** A bar for each component, to the right for the score and to the left against it; in the order of the computation. */
function Bars({ contributions: { components, values, target } }: { readonly contributions: Contributions }) {
  const strings = useStrings();
  const { view, change } = useView();
  const order = [...components.keys()].sort((a, b) => Math.abs(values.data[b]!) - Math.abs(values.data[a]!));
  const shown = new Set(order.slice(0, mostBars));
  const rest = order.slice(mostBars).reduce((sum, i) => sum + values.data[i]!, 0);
  const most = Math.max(...values.data.map(Math.abs), Math.abs(rest)) || 1;
  return (
    <div className="scrolled">
      <table className="bars">
        <caption>{strings.lens.addsUp(targetWords(target, strings), signed(target.value))}</caption>
        <tbody>
          {[...components.entries()]
            .filter(([i]) => shown.has(i))
            .map(([i, component]) => {
              const { part, layer, index } = component;
              const name = strings.lens.component(component);
              const leads =
                layer !== null &&
                (part === 'head' || part === 'attention' || part === 'mlp' || part === 'layer');
              return (
                <tr
                  key={i}
                  className={
                    layer === view.layer && (part !== 'head' || index === view.head) ? 'chosen' : undefined
                  }
                >
                  <th scope="row">
                    {leads ? (
                      <button
                        type="button"
                        className="quiet"
                        title={strings.lens.testIt}
                        onClick={() =>
                          change({ panel: 'test', layer, ...(part === 'head' ? { head: index! } : {}) })
                        }
                      >
                        {name}
                      </button>
                    ) : (
                      name
                    )}
                  </th>
                  <td>
                    <Bar share={values.data[i]! / most} />
                  </td>
                  <td className="number">{signed(values.data[i]!)}</td>
                </tr>
              );
            })}
          {order.length > mostBars && (
            <tr>
              <th scope="row" className="muted">
                {strings.lens.rest(order.length - mostBars)}
              </th>
              <td>
                <Bar share={rest / most} />
              </td>
              <td className="number">{signed(rest)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Bar({ share }: { readonly share: number }) {
  return (
    <svg viewBox="-100 0 200 10" preserveAspectRatio="none" aria-hidden="true" className="bar">
      <rect
        x={Math.min(0, share * 100)}
        width={Math.abs(share) * 100}
        height="10"
        className={share < 0 ? 'against' : 'for'}
      />
      <path d="M0 0V10" />
    </svg>
  );
}

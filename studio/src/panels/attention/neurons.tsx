import type { QueryKey } from 'pellucid/explanations';
import { neuronView } from 'pellucid/figures';
import { useMemo } from 'react';
import { AnswerState } from '../../controls/answer-state.js';
import { DrawnFigure } from '../../controls/drawn-figure.js';
import { Reproduce, SaveMenu } from '../../controls/save-menu.js';
import { queryKeyScript } from '../../reproduce.js';
import { usePreferences, useStrings } from '../../state/preferences.js';
import { useQuestion, useSubject } from '../../state/subject.js';
import { useAnswer } from '../../state/use-answer.js';
import { pinsOf, useLook } from '../../state/use-look.js';
import { useView } from '../../state/view.js';
import { quoted } from '../../words.js';

/** How the weights of the chosen head come about, for the pinned token. */
export function Neurons() {
  const { model, input } = useSubject();
  const { stack, layer, head } = useLook();
  const asked = useAnswer('query-key', {
    ...{ model: model.name, input, layer, head },
    ...(stack.stack === null ? {} : { stack: stack.stack }),
  });
  return <AnswerState asked={asked}>{(found) => <TakenApart found={found} />}</AnswerState>;
}

function TakenApart({ found }: { readonly found: QueryKey }) {
  const strings = useStrings().attention;
  const { theme } = usePreferences();
  const question = useQuestion();
  const { view, change } = useView();
  const { look, stack } = useLook();
  const { tokens, destinationTokens = tokens, scale, rotated } = found;
  const pins = pinsOf(
    { ...view, look: { ...look, join: 'tokens' } },
    stack.stack,
    destinationTokens.length,
    tokens.length,
  );
  const destination = pins.destination ?? destinationTokens.length - 1;
  const figure = useMemo(
    () => neuronView(found, { destination, theme, title: false, width: 700, words: strings.neuronWords }),
    [found, destination, theme, strings],
  );
  const { layer, head } = found.options;
  const notes = [
    scale === null ? strings.softCapped : null,
    rotated ? strings.rotated : null,
    strings.noMeaning,
  ].filter((note) => note !== null);
  return (
    <>
      <label>
        <span>{strings.lookingToken}</span>
        <select
          value={destination}
          onChange={(event) => {
            const index = Number(event.target.value);
            if (stack.stack === null || stack.stack === 'encoder')
              change({ tokens: [...view.tokens.filter((each) => each !== index), index] });
            else change({ look: { ...look, destination: index } });
          }}
        >
          {[...destinationTokens.entries()].map(([i, token]) => (
            <option key={i} value={i}>
              {i} {quoted(token.text)}
            </option>
          ))}
        </select>
      </label>
      <DrawnFigure figure={figure} />
      <p className="hint">{notes.join(' ')}</p>
      <div className="title-line">
        <SaveMenu name={`neurons-${layer}-${head}`} figure={() => figure} result={found} />
      </div>
      <NeuronTable found={found} destination={destination} />
      <Reproduce script={queryKeyScript(question, found.options, destination)} />
    </>
  );
}

function NeuronTable({ found, destination }: { readonly found: QueryKey; readonly destination: number }) {
  const strings = useStrings().attention;
  const { tokens, values, scores, bias, allowed } = found;
  const start = destination * tokens.length;
  const seen = [...tokens.keys()].filter((i) => allowed.data[start + i] === 1);
  const order = seen.sort((a, b) => values.data[start + b]! - values.data[start + a]!).slice(0, 40);
  return (
    <details>
      <summary>{strings.asTable}</summary>
      <div className="scrolled">
        <table>
          <thead>
            <tr>
              <th scope="col">{strings.source}</th>
              {[strings.neuronWords.score, strings.neuronWords.bias, strings.neuronWords.weight].map(
                (name) => (
                  <th key={name} scope="col" className="number">
                    {name}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {order.map((i) => (
              <tr key={i}>
                <th scope="row">
                  {i} <bdi>{quoted(tokens[i]!.text)}</bdi>
                </th>
                {Object.entries({ scores, bias, values }).map(([name, { data }]) => (
                  <td key={name} className="number">
                    {data[start + i]!.toFixed(3)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

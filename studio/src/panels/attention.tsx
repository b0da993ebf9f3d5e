import type { Attention } from 'pellucid/explanations';
import { heatmap } from 'pellucid/figures';
import { useMemo } from 'react';
import { AnswerState } from '../controls/answer-state.js';
import { HeadGrid } from '../controls/head-grid.js';
import { MountedView } from '../controls/mounted-view.js';
import { Reproduce, SaveMenu } from '../controls/save-menu.js';
import { Share } from '../controls/share.js';
import { attentionCommand, attentionScript } from '../reproduce.js';
import { usePreferences, useStrings } from '../state/preferences.js';
import { useReceipts } from '../state/receipts.js';
import { useSubject } from '../state/subject.js';
import { useAnswer } from '../state/use-answer.js';
import { lastPinned, useView } from '../state/view.js';
import { quoted, range } from '../words.js';

/** Numbers that are loaded at once, at most: 16 MiB. */
const mostNumbers = 4 * 1024 * 1024;

/** All heads, and the chosen one. */
export function AttentionPanel() {
  const strings = useStrings();
  const { model, run, input } = useSubject();
  const { view } = useView();
  const layer = Math.min(view.layer, model.layers - 1);
  const head = Math.min(view.head, model.heads - 1);
  const whole = model.layers * model.heads * run.tokens.length ** 2 <= mostNumbers;
  const asked = useAnswer('attention', { model: model.name, input, ...(whole ? {} : { layer }) });
  return (
    <AnswerState asked={asked}>
      {(attention) => (
        <div className="columns attention">
          <section aria-labelledby="heads">
            <h2 id="heads">{strings.attention.heads}</h2>
            <p className="hint">{whole ? strings.attention.headsHint : strings.attention.oneLayer}</p>
            {!whole && <LayerSelect layer={layer} layers={model.layers} />}
            <HeadGrid attention={attention} layer={layer} head={head} />
          </section>
          <ChosenHead attention={attention} layer={layer} head={head} />
        </div>
      )}
    </AnswerState>
  );
}

function LayerSelect({ layer, layers }: { readonly layer: number; readonly layers: number }) {
  const strings = useStrings();
  const { change } = useView();
  return (
    <label>
      <span>{strings.attention.layer}</span>
      <select value={layer} onChange={(event) => change({ layer: Number(event.target.value) })}>
        {range(layers).map((i) => (
          <option key={i} value={i}>
            {i}
          </option>
        ))}
      </select>
    </label>
  );
}

/** One head of [layer, head, destination, source], or of one layer. */
export function headOf(attention: Attention, layer: number, head: number): Attention {
  const { shape, data } = attention.values;
  const [heads, rows, columns] = shape.slice(-3) as [number, number, number];
  const first = shape.length === 4 ? Math.min(layer, shape[0]! - 1) * heads : 0;
  const at = (first + Math.min(head, heads - 1)) * rows * columns;
  return {
    ...attention,
    options: { ...attention.options, layer, head },
    values: {
      dtype: 'F32',
      shape: [rows, columns],
      data: data.slice(at, at + rows * columns),
      axes: ['destination', 'source'],
    },
  };
}

function ChosenHead(of: { readonly attention: Attention; readonly layer: number; readonly head: number }) {
  const { attention, layer, head } = of;
  const one = useMemo(() => headOf(attention, layer, head), [attention, layer, head]);
  return <Head one={one} layer={layer} head={head} />;
}

function Head({
  one,
  layer,
  head,
}: {
  readonly one: Attention;
  readonly layer: number;
  readonly head: number;
}) {
  const strings = useStrings();
  const { theme } = usePreferences();
  const { model, input } = useSubject();
  const { view, change } = useView();
  const test = useReceipts((state) => state.test);
  const width = Math.min(620, Math.max(320, window.innerWidth - 64));
  const figure = useMemo(
    () => () => heatmap(one, { theme, width, annotate: true, title: false, subtitle: false }),
    [one, theme, width],
  );
  const asked = { model: model.name, text: input.text, target: view.target };
  return (
    <section aria-labelledby="head">
      <div className="title-line">
        <h2 id="head">{strings.attention.headName(layer, head)}</h2>
        <label>
          <span>{strings.attention.drawing}</span>
          <select
            value={view.drawing}
            onChange={(event) => change({ drawing: event.target.value === 'lines' ? 'lines' : 'matrix' })}
          >
            <option value="matrix">{strings.attention.drawings.matrix}</option>
            <option value="lines">{strings.attention.drawings.lines}</option>
          </select>
        </label>
        <button
          type="button"
          onClick={() => {
            const part = { kind: 'head', layer, head } as const;
            test({ model: model.name, input, target: view.target, part }, strings.test.testHead(layer, head));
            change({ panel: 'test' });
          }}
        >
          {strings.attention.testThis}
        </button>
        <SaveMenu name={`attention-${layer}-${head}`} figure={figure} result={one} />
      </div>
      <MountedView kind={view.drawing} one={one} />
      <Looks one={one} />
      <Reproduce
        command={attentionCommand(asked, layer, head)}
        script={attentionScript(asked, layer, head)}
      />
    </section>
  );
}

/** Where the pinned token looks: the numbers of its row, the largest first. */
function Looks({ one }: { readonly one: Attention }) {
  const strings = useStrings();
  const { view } = useView();
  const { tokens, destinationTokens = tokens, values } = one;
  const token = lastPinned(view, destinationTokens.length);
  if (token === null) return <p className="hint">{strings.attention.looksHint}</p>;
  const row = [...values.data.subarray(token * tokens.length, (token + 1) * tokens.length)];
  const order = [...row.keys()].filter((i) => row[i]! > 0).sort((a, b) => row[b]! - row[a]!);
  return (
    <div className="scrolled">
      <table>
        <caption>{strings.attention.looksAt(quoted(destinationTokens[token]!.text))}</caption>
        <thead>
          <tr>
            <th scope="col" className="number">
              #
            </th>
            <th scope="col">{strings.input.tokens}</th>
            <th scope="col" className="number">
              {strings.attention.weight}
            </th>
          </tr>
        </thead>
        <tbody>
          {order.slice(0, 12).map((i) => (
            <tr key={i}>
              <td className="number">{i}</td>
              <th scope="row">
                <bdi>{quoted(tokens[i]!.text)}</bdi>
              </th>
              <td className="number">
                <Share share={row[i]!} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

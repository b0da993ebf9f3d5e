import type { Attention, Attribution } from 'pellucid/explanations';
import { heatmap, matrixView, type Selection } from 'pellucid/figures';
import { useMemo, useState } from 'react';
import { AnswerState } from '../../controls/answer-state.js';
import { LivingView, useViewWords } from '../../controls/living-view.js';
import { Reproduce, SaveMenu } from '../../controls/save-menu.js';
import { mapCommand, mapScript } from '../../reproduce.js';
import { type AttentionLook, mapMethods } from '../../state/attention-look.js';
import { usePreferences, useStrings } from '../../state/preferences.js';
import { useQuestion } from '../../state/subject.js';
import { useAnswer } from '../../state/use-answer.js';
import { pinsOf, useLook, withPins } from '../../state/use-look.js';
import { useView } from '../../state/view.js';
import { range } from '../../words.js';
import { combined } from './combined.js';
import { Choice } from './look-bar.js';
import { firstLayerOf } from './shown-heads.js';
import { StrongestPairs, WhereItLooks } from './tables.js';

/** Tokens beyond which a map that needs a pass or a flow for each of them is made only when it is asked for. */
const mostUnasked = 96;

/** Methods whose cost grows with the tokens in this way, and what there are so many of. */
const heavy: Partial<Record<AttentionLook['map'], (tokens: number) => number>> = {
  'attention-flow': (tokens) => tokens ** 2,
  'value-zeroing': (tokens) => tokens,
};

/** What another method makes of attention, beside the raw one of the same layer. */
export function Maps({ attention }: { readonly attention: Attention }) {
  const strings = useStrings().attention;
  const { look, setLook, stack, layer } = useLook();
  const { tokens } = attention;
  const [agreed, setAgreed] = useState('');
  if (stack.stack !== null) return <p className="empty">{strings.mapsOfOneStack}</p>;
  if (look.join !== 'tokens') return <p className="empty">{strings.mapsOfTokens}</p>;
  const key = `${look.map} ${layer} ${tokens.length}`;
  const cost = heavy[look.map]?.(tokens.length);
  const waits = cost !== undefined && tokens.length > mostUnasked && agreed !== key;
  return (
    <>
      <div className="title-line">
        <Choice
          name={strings.map}
          value={look.map}
          of={mapMethods}
          words={strings.maps}
          choose={(map) => setLook({ map })}
        />
      </div>
      <p className="hint">{strings.mapHints[look.map](layer)}</p>
      {waits ? (
        <p className="empty">
          {strings.mapCost(cost)}{' '}
          <button type="button" onClick={() => setAgreed(key)}>
            {strings.compute}
          </button>
        </p>
      ) : (
        <Computed attention={attention} layer={layer} />
      )}
    </>
  );
}

/** Options that make a map of every destination. */
export function mapOptions(method: AttentionLook['map'], layer: number): Readonly<Record<string, unknown>> {
  if (method === 'attention-flow') return { rows: 'all' };
  return method === 'value-zeroing' ? { layer } : {};
}

function Computed({ attention, layer }: { readonly attention: Attention; readonly layer: number }) {
  const question = useQuestion();
  const { look } = useLook();
  const asked = useAnswer('compare', {
    ...{ ...question, methods: [look.map], features: 'tokens', verdict: 'off' },
    options: { [look.map]: mapOptions(look.map, layer) },
  });
  return (
    <AnswerState asked={asked}>
      {({ attributions: [found] }) =>
        found?.method === look.map && found.map && found.tokens.length === attention.tokens.length ? (
          <Beside attention={attention} found={found} layer={layer} />
        ) : (
          <div className="skeleton" />
        )
      }
    </AnswerState>
  );
}

/** A map as attention is drawn: one layer of it where it has several. */
function asAttention({ map, ...about }: Attribution, layer: number): Attention {
  const { shape, data } = map!;
  const [rows, columns] = shape.slice(-2) as [number, number];
  const at = shape.length === 3 ? Math.min(layer, shape[0]! - 1) : 0;
  const { schemaVersion, subject, tokens } = about;
  return {
    ...{ schemaVersion, subject, tokens, kind: 'attention', method: 'attention' },
    options: { layer, head: 'mean' },
    values: {
      ...{ dtype: 'F32', shape: [rows, columns], axes: ['destination', 'source'] },
      data: data.slice(at * rows * columns, (at + 1) * rows * columns) as Float32Array<ArrayBuffer>,
    },
  };
}

function Beside(of: { readonly attention: Attention; readonly found: Attribution; readonly layer: number }) {
  const { attention, found, layer } = of;
  const {
    attention: strings,
    attribution: { errors },
  } = useStrings();
  const words = useViewWords();
  const { theme } = usePreferences();
  const asked = useQuestion();
  const { view, change } = useView();
  const { look, stack } = useLook();
  const map = useMemo(() => asAttention(found, layer), [found, layer]);
  const first = firstLayerOf(attention);
  const all = useMemo(
    () => range(stack.heads).map((head) => ({ layer: layer - first, head })),
    [stack.heads, layer, first],
  );
  const raw = useMemo(() => combined(attention, all, 'mean'), [attention, all]);
  const title = strings.maps[look.map];
  const mapWords = useMemo(
    () => ({ ...words, place: () => title, matrixView: `${title}: ${words.matrixView}` }),
    [words, title],
  );
  const count = attention.tokens.length;
  const pins = pinsOf(view, null, count, count);
  // Lengths are no shares: nothing of them can be hidden.
  const isShare = look.map !== 'norm-based-attention';
  const options = {
    ...{ scale: look.scale, pair: look.pair, aggregate: 'mean' as const },
    selection: { heads: [{ layer: 0, head: 0 }], ...pins },
    onSelect: (selection: Selection) => change(withPins(view, null, pins, selection)),
  };
  const sink = { sources: look.sinkOf, mode: look.sink };
  return (
    <>
      <div className="beside">
        <figure>
          <figcaption>{strings.rawOf(layer)}</figcaption>
          <LivingView create={matrixView} attention={raw} options={{ ...options, sink }} />
        </figure>
        <figure>
          <figcaption>{title}</figcaption>
          <LivingView
            create={matrixView}
            attention={map}
            options={{ ...options, ...(isShare ? { sink } : {}), words: mapWords }}
          />
        </figure>
      </div>
      {!isShare && look.sink !== 'include' && <p className="hint">{strings.sinkOfLengths}</p>}
      {found.errors.map(({ name, value, large }) => (
        <p key={name} className={large ? 'reason warning' : 'reason'}>
          {errors[name] ?? name}: {value.toPrecision(2)}
        </p>
      ))}
      <div className="title-line">
        <SaveMenu
          name={`map-${look.map}-${layer}`}
          figure={() => heatmap(map, { theme, width: 620, annotate: true, title })}
          result={found}
        />
      </div>
      <WhereItLooks one={map} pins={pins} shares={isShare} />
      <StrongestPairs one={map} />
      <Reproduce
        command={mapCommand(asked, look.map, mapOptions(look.map, layer))}
        script={mapScript(asked, look.map, mapOptions(look.map, layer))}
      />
    </>
  );
}

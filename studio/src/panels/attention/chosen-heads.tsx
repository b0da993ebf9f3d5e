import type { Attention } from 'pellucid/explanations';
import { type Focus, headView, heatmap, matrixView, type Selection } from 'pellucid/figures';
import { useMemo, useRef } from 'react';
import { LivingView } from '../../controls/living-view.js';
import { Reproduce, SaveMenu } from '../../controls/save-menu.js';
import { shownPicture } from '../../controls/shown-picture.js';
import { attentionCommand, attentionScript } from '../../reproduce.js';
import { combinations, drawings } from '../../state/attention-look.js';
import { usePreferences, useStrings } from '../../state/preferences.js';
import { useQuestion } from '../../state/subject.js';
import { pinsOf, sharedAxis, useLook, withPins } from '../../state/use-look.js';
import { useView } from '../../state/view.js';
import { combined } from './combined.js';
import { Choice } from './look-bar.js';
import { Maps } from './maps.js';
import { Neurons } from './neurons.js';
import { firstLayerOf, shownIn } from './shown-heads.js';
import { StrongestPairs, WhereItLooks } from './tables.js';
import { TestButtons } from './test-buttons.js';

/** The chosen heads: as a matrix, as lines, taken apart, or beside what other methods make of attention. */
export function ChosenHeads({ attention }: { readonly attention: Attention }) {
  const strings = useStrings().attention;
  const { look, setLook, layer, head, heads, choose } = useLook();
  const several = heads.length > 1;
  return (
    <section aria-labelledby="head">
      <div className="title-line">
        <h2 id="head">{several ? strings.severalHeads(heads.length) : strings.headName(layer, head)}</h2>
        <Choice
          name={strings.drawing}
          value={look.drawing}
          of={drawings}
          words={strings.drawings}
          choose={(drawing) => setLook({ drawing })}
        />
        {several && (
          <>
            <Choice
              name={strings.combine}
              value={look.combine}
              of={combinations}
              words={strings.combinations}
              choose={(combine) => setLook({ combine })}
            />
            <button type="button" className="quiet" onClick={() => choose([{ layer, head }])}>
              {strings.onlyOne(`${layer}.${head}`)}
            </button>
          </>
        )}
      </div>
      <TestButtons />
      {look.drawing === 'maps' ? (
        <Maps attention={attention} />
      ) : look.drawing === 'neurons' ? (
        <Neurons />
      ) : (
        <Drawn attention={attention} kind={look.drawing} />
      )}
    </section>
  );
}

function Drawn({ attention, kind }: { readonly attention: Attention; readonly kind: 'matrix' | 'lines' }) {
  const { theme } = usePreferences();
  const asked = useQuestion();
  const { view, focused, change, focus } = useView();
  const { look, setLook, stack, layer, head, heads, choose } = useLook();
  const { tokens, destinationTokens = tokens } = attention;
  const first = firstLayerOf(attention);
  const shown = useMemo(() => shownIn(attention, heads), [attention, heads]);
  const one = useMemo(() => combined(attention, shown, look.combine), [attention, shown, look.combine]);
  const pins = pinsOf(view, stack.stack, destinationTokens.length, tokens.length);
  const shared = sharedAxis(view, stack.stack);
  const strings = useStrings().attention;
  const title = heads.length > 1 ? strings.severalHeads(heads.length) : strings.headName(layer, head);
  const host = useRef<HTMLDivElement>(null);
  // A matrix in plain colours has a figure of its own; all else is saved as it is seen.
  const isPlain = kind === 'matrix' && look.scale === 'linear' && look.sink === 'include';
  const figure = () =>
    isPlain ? heatmap(one, { theme, width: 620, annotate: true, title }) : shownPicture(host.current!, title);
  // What the view itself looks at is not told to it again.
  const own = useRef(false);
  const options = {
    scale: look.scale,
    sink: { sources: look.sinkOf, mode: look.sink },
    pair: look.pair,
    selection: { heads: shown, ...pins },
    ...(own.current ? {} : { focus: focusOf(focused, shared) }),
    aggregate: look.combine,
    threshold: look.threshold === null ? null : look.threshold / 1000,
    onSelect(selection: Selection) {
      if (JSON.stringify(selection.heads) !== JSON.stringify(shown))
        choose(selection.heads.map((place) => ({ layer: place.layer + first, head: place.head })));
      else change(withPins(view, stack.stack, pins, selection));
    },
    onFocus(place: Focus | null) {
      const position = shared === 'both' ? place?.destination : place?.source;
      own.current = place !== null;
      focus(shared === 'none' ? null : (position ?? null));
    },
    onThreshold: (threshold: number) => setLook({ threshold: Math.round(threshold * 1000) }),
    onPair: (pair: typeof look.pair) => setLook({ pair }),
  };
  const name = `attention-${heads
    .map((place) => `${place.layer}.${place.head}`)
    .slice(0, 4)
    .join('-')}`;
  return (
    <>
      {kind === 'matrix' ? (
        <LivingView create={matrixView} attention={attention} options={options} host={host} />
      ) : (
        <LivingView create={headView} attention={attention} options={options} className="lines" host={host} />
      )}
      <div className="title-line">
        <SaveMenu name={name} figure={figure} result={one} />
      </div>
      <WhereItLooks one={one} pins={pins} />
      <StrongestPairs one={one} />
      <Reproduce
        command={attentionCommand(asked, layer, head, stack.stack)}
        script={attentionScript(asked, layer, head, stack.stack)}
      />
    </>
  );
}

/** What the strip of tokens looks at, as a view says it. */
function focusOf(focused: number | null, shared: 'both' | 'source' | 'none'): Focus | null {
  if (focused === null || shared === 'none') return null;
  return shared === 'both' ? { destination: focused } : { source: focused };
}

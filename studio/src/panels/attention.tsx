import type { Attention } from 'pellucid/explanations';
import { modelView, type Selection } from 'pellucid/figures';
import { useMemo, useRef } from 'react';
import { AnswerState } from '../controls/answer-state.js';
import { LivingView } from '../controls/living-view.js';
import { SaveMenu } from '../controls/save-menu.js';
import { shownPicture } from '../controls/shown-picture.js';
import { useStrings } from '../state/preferences.js';
import { useSubject } from '../state/subject.js';
import { useAnswer } from '../state/use-answer.js';
import { pinsOf, useLook } from '../state/use-look.js';
import { useView } from '../state/view.js';
import { range } from '../words.js';
import { ChosenHeads } from './attention/chosen-heads.js';
import { HeadRanking } from './attention/head-ranking.js';
import { LookBar } from './attention/look-bar.js';
import { firstLayerOf, shownIn } from './attention/shown-heads.js';
import { useHeadScores } from './attention/use-head-scores.js';

/** Numbers that are loaded at once, at most: 16 MiB. */
const mostNumbers = 4 * 1024 * 1024;

/** Tokens that a model writes itself, at most, where an encoder-decoder is given no target. */
const mostWritten = 40;

/** All heads, what they do, and the chosen ones. */
export function AttentionPanel() {
  const { model, run, input } = useSubject();
  const { look, stack, layer } = useLook();
  const { length } = run.tokens;
  const rows = stack.stack === 'decoder' || stack.stack === 'cross' ? mostWritten : length;
  const columns = stack.stack === 'decoder' ? mostWritten : length;
  const whole = stack.layers * stack.heads * rows * columns <= mostNumbers;
  const asked = useAnswer('attention', {
    ...{ model: model.name, input, join: look.join },
    ...(stack.stack === null ? {} : { stack: stack.stack }),
    ...(whole ? {} : { layer }),
  });
  return (
    <AnswerState asked={asked}>
      {(attention) => (
        <>
          <LookBar attention={attention} />
          <div className="columns attention">
            <AllHeads attention={attention} />
            <ChosenHeads attention={attention} />
          </div>
        </>
      )}
    </AnswerState>
  );
}

function AllHeads({ attention }: { readonly attention: Attention }) {
  const strings = useStrings();
  const { view, change } = useView();
  const { look, stack, layer, heads, choose } = useLook();
  const asked = useHeadScores();
  const host = useRef<HTMLDivElement>(null);
  const first = firstLayerOf(attention);
  const one = attention.options.layer !== null;
  const { destinationTokens = attention.tokens, tokens } = attention;
  const pins = pinsOf(view, stack.stack, destinationTokens.length, tokens.length);
  const standing = useMemo(() => {
    if (asked.measure === 'none' || look.least === 0 || asked.ranked === null) return null;
    return shownIn(
      attention,
      asked.ranked.filter(({ share }) => share * 100 >= look.least),
    );
  }, [asked.ranked, asked.measure, attention, look.least]);
  const options = {
    scale: look.scale,
    sink: { sources: look.sinkOf, mode: look.sink },
    selection: { heads: shownIn(attention, heads), ...pins },
    headsPerGroup: stack.heads / stack.keyValueHeads,
    shown: standing,
    onSelect: (selection: Selection) =>
      choose(selection.heads.map((place) => ({ layer: place.layer + first, head: place.head }))),
  };
  return (
    <section aria-labelledby="heads">
      <div className="title-line">
        <h2 id="heads">{strings.attention.heads}</h2>
        {one && (
          <label>
            <span>{strings.attention.layer}</span>
            <select value={layer} onChange={(event) => change({ layer: Number(event.target.value) })}>
              {range(stack.layers).map((i) => (
                <option key={i} value={i}>
                  {i}
                </option>
              ))}
            </select>
          </label>
        )}
        {stack.keyValueHeads < stack.heads && (
          <span className="hint-inline">{strings.attention.groups(stack.heads / stack.keyValueHeads)}</span>
        )}
      </div>
      {one && <p className="hint">{strings.attention.oneLayer}</p>}
      <LivingView
        create={modelView}
        attention={attention}
        options={options}
        className="all-heads"
        host={host}
      />
      <div className="title-line">
        <SaveMenu
          name="attention-all"
          figure={() => shownPicture(host.current!, strings.attention.heads)}
          result={attention}
        />
      </div>
      <HeadRanking asked={asked} />
    </section>
  );
}

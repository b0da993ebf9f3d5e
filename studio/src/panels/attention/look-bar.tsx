import type { Attention } from 'pellucid/explanations';
import { useViewWords } from '../../controls/living-view.js';
import {
  type AttentionLook,
  colorScales,
  joins,
  sentencePairs,
  sinkModes,
  sinkSources,
} from '../../state/attention-look.js';
import { useStrings } from '../../state/preferences.js';
import { useSubject } from '../../state/subject.js';
import { useLook } from '../../state/use-look.js';

/** How all pictures of attention are drawn: which attention, colours, sinks, sentences, words. */
export function LookBar({ attention }: { readonly attention: Attention }) {
  const strings = useStrings().attention;
  const { pairNames } = useViewWords();
  const { model } = useSubject();
  const { look, setLook, stack } = useLook();
  const { tokens, destinationTokens = tokens } = attention;
  const hasPair = [...destinationTokens, ...tokens].some(({ segment }) => segment === 1);
  const hasSpecial = tokens.some(({ special }) => special);
  return (
    <fieldset className="look" aria-label={strings.look}>
      {model.stacks.length > 1 && (
        <Choice
          name={strings.stack}
          value={stack.stack ?? 'cross'}
          of={model.stacks.map((each) => each.stack!)}
          words={strings.stacks}
          choose={(value) => setLook({ stack: value, destination: null, source: null, also: [] })}
        />
      )}
      <Choice
        name={strings.scale}
        value={look.scale}
        of={colorScales}
        words={strings.scales}
        choose={(scale) => setLook({ scale })}
      />
      <Choice
        name={strings.sink}
        value={look.sinkOf}
        of={sinkSources.filter((each) => each === 'first' || hasSpecial || look.sinkOf === each)}
        words={strings.sinkSources}
        choose={(sinkOf) => setLook({ sinkOf })}
      />
      <Choice
        name={strings.sinkMode}
        value={look.sink}
        of={sinkModes}
        words={strings.sinkModes}
        choose={(sink) => setLook({ sink })}
      />
      <Choice
        name={strings.join}
        value={look.join}
        of={joins}
        words={strings.joins}
        choose={(join) => setLook({ join, destination: null, source: null })}
      />
      {hasPair && (
        <Choice
          name={strings.pairs}
          value={look.pair}
          of={sentencePairs}
          words={Object.fromEntries(sentencePairs.map((pair, i) => [pair, pairNames[i]!]))}
          choose={(pair) => setLook({ pair })}
        />
      )}
    </fieldset>
  );
}

/** A named choice of a few. */
export function Choice<Value extends AttentionLook[keyof AttentionLook] & string>({
  name,
  value,
  of,
  words,
  choose,
}: {
  readonly name: string;
  readonly value: Value;
  readonly of: readonly Value[];
  readonly words: Readonly<Record<string, string>>;
  readonly choose: (value: Value) => void;
}) {
  return (
    <label>
      <span>{name}</span>
      <select
        value={value}
        onChange={(event) => {
          const chosen = of.find((each) => each === event.target.value);
          if (chosen !== undefined) choose(chosen);
        }}
      >
        {of.map((each) => (
          <option key={each} value={each}>
            {words[each]}
          </option>
        ))}
      </select>
    </label>
  );
}

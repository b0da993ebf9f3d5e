import type { AblationFinding, Attribution } from 'pellucid/explanations';
import { type ReactNode, useMemo } from 'react';
import { AnswerState } from '../controls/answer-state.js';
import { ColouredText } from '../controls/coloured-text.js';
import { Predictions } from '../controls/predictions.js';
import { Reproduce, SaveMenu } from '../controls/save-menu.js';
import { VerdictBadge, VerdictReason } from '../controls/verdict-badge.js';
import { overviewCommand, overviewScript } from '../reproduce.js';
import { canBeAsked, isUsual } from '../state/answers.js';
import { useStrings } from '../state/preferences.js';
import { useQuestion, useSubject } from '../state/subject.js';
import { type Asked, useAnswer } from '../state/use-answer.js';
import { useView } from '../state/view.js';
import { quoted, signed, targetWords } from '../words.js';

const kinds = ['attribution', 'head', 'mlp'] as const;

/** What the model predicts, and what that rests on. */
export function Overview() {
  const strings = useStrings();
  const { run } = useSubject();
  const { view } = useView();
  if (!canBeAsked(view, run)) return <p className="hint">{strings.overview.noPredictions}</p>;
  return (
    <div className="columns">
      {run.predictions.length > 0 && <Predictions />}
      <section aria-labelledby="findings">
        <h2 id="findings">{strings.overview.findings}</h2>
        <p className="hint">{strings.overview.findingsHint}</p>
        <Findings />
      </section>
    </div>
  );
}

/** One request for each finding, so that each shows as soon as it is there. */
function useFinding(kind: (typeof kinds)[number]): Asked<'overview'> {
  const { target, position, ...question } = useQuestion();
  const own = target === 'logit' || target === 'span-start';
  // Without a target the library asks about the best answer, where it is read.
  const asked =
    own && position === undefined ? {} : { target, ...(position === undefined ? {} : { position }) };
  return useAnswer('overview', { ...question, ...asked, findings: [kind] });
}

function Findings() {
  const strings = useStrings();
  const question = useQuestion();
  const { view } = useView();
  const asked = [useFinding('attribution'), useFinding('head'), useFinding('mlp')] as const;
  const found = useMemo(
    () => ({
      attribution: asked[0].result?.attribution,
      head: asked[1].result?.head,
      mlp: asked[2].result?.mlp,
    }),
    [asked[0].result, asked[1].result, asked[2].result],
  );
  const notes = [...new Set(asked.flatMap(({ result }) => result?.notes ?? []))];
  return (
    <>
      <ol className="findings">
        {[...kinds.entries()].map(([i, kind]) => (
          <li key={kind}>
            <h3>{strings.overview.kinds[kind]}</h3>
            <AnswerState asked={asked[i]!} line>
              {({ attribution, head, mlp, target }) => {
                const what = target === null ? '' : targetWords(target, strings);
                if (kind === 'attribution')
                  return attribution ? <Words attribution={attribution} what={what} /> : <None />;
                const part = kind === 'head' ? head : mlp;
                return part ? <Part finding={part} what={what} /> : <None />;
              }}
            </AnswerState>
          </li>
        ))}
      </ol>
      {notes.map((note) => (
        <p key={note} className="reason">
          {strings.overview.nothingToExplain}
        </p>
      ))}
      <div className="title-line">
        <Reproduce
          command={isUsual(view) ? overviewCommand(question) : undefined}
          script={overviewScript(question)}
        />
        <SaveMenu name="overview" result={found} />
      </div>
    </>
  );
}

function None() {
  return <p className="reason">{useStrings().overview.none}</p>;
}

function Words({ attribution, what }: { readonly attribution: Attribution; readonly what: string }) {
  const strings = useStrings();
  const { change } = useView();
  const { features, values, signed: hasSigns, verdict } = attribution;
  const first = [...features.keys()].reduce((a, b) =>
    Math.abs(values.data[b]!) > Math.abs(values.data[a]!) ? b : a,
  );
  const value = values.data[first]!;
  const say = !hasSigns
    ? strings.overview.matters
    : value < 0
      ? strings.overview.speaksAgainst
      : strings.overview.speaksFor;
  return (
    <Finding
      verdict={verdict}
      sentence={`${say(quoted(features[first]!.label), what)} (${signed(value)})`}
      look={() =>
        change({
          panel: 'attribution',
          features: 'words',
          tokens: [...features[first]!.positions].slice(0, 16),
        })
      }
    >
      <ColouredText attribution={attribution} />
    </Finding>
  );
}

function Part({ finding, what }: { readonly finding: AblationFinding; readonly what: string }) {
  const strings = useStrings();
  const { tokens, run } = useSubject();
  const { change } = useView();
  const { part, layer, head, position, effect, verdict } = finding;
  // Of an encoder-decoder it is a position of the decoder.
  const at = position === null ? null : position + (run.decoderTokens === null ? 0 : run.tokens.length);
  const name =
    part === 'head'
      ? strings.test.parts.head(layer, head!)
      : strings.overview.mlpAt(layer, quoted(tokens[at!]?.text ?? ''));
  return (
    <Finding
      verdict={verdict}
      sentence={strings.overview.without(name, what, signed(-effect))}
      look={() =>
        part === 'head'
          ? change({ panel: 'attention', layer, head: head! })
          : change({ panel: 'lens', unit: 'component', layer, tokens: [at!] })
      }
    >
      {verdict.because.code === 'part' && (
        <Sizes
          own={Math.abs(effect)}
          others={verdict.because.others.mean}
          count={verdict.because.others.count}
        />
      )}
    </Finding>
  );
}

/** How much this part changes, over how much others of its kind do on average. */
function Sizes({
  own,
  others,
  count,
}: {
  readonly own: number;
  readonly others: number;
  readonly count: number;
}) {
  const strings = useStrings();
  const most = Math.max(own, others) || 1;
  const bars = [
    { name: strings.overview.thisPart, value: own, own: true },
    { name: strings.overview.others(count), value: others, own: false },
  ];
  return (
    <dl className="sizes">
      {bars.map(({ name, value, own: isOwn }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect width={Math.max(0.7, (value / most) * 100)} height="8" className={isOwn ? '' : 'quiet'} />
            </svg>
            {value.toFixed(2)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Finding({
  sentence,
  verdict,
  look,
  children,
}: {
  readonly sentence: string;
  readonly verdict: Attribution['verdict'];
  readonly look: () => void;
  readonly children: ReactNode;
}) {
  const strings = useStrings();
  return (
    <>
      <p className="finding">
        {sentence} <VerdictBadge verdict={verdict} />
        <button type="button" className="quiet" onClick={look}>
          {strings.overview.look} →
        </button>
      </p>
      {children}
      <VerdictReason verdict={verdict} />
    </>
  );
}

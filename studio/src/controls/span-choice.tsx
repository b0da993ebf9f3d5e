import type { Answer } from 'pellucid/client';
import { idsOf, sideOf, spanPosition, spanTarget } from '../state/answers.js';
import { useStrings } from '../state/preferences.js';
import { useSubject } from '../state/subject.js';
import { useView } from '../state/view.js';
import { quoted } from '../words.js';

/** An answer in the text, and which end of it: a model scores where an answer begins and where it ends apart. */
export function SpanChoice({ answers }: { readonly answers: readonly Answer[] }) {
  const strings = useStrings().question;
  const { run } = useSubject();
  const { view, change } = useView();
  const side = sideOf(view.target);
  const { answer } = idsOf(view.target);
  const places = new Map<number, string>();
  for (const each of answers) {
    const position = spanPosition(each, side, run);
    if (!places.has(position)) places.set(position, each.text);
  }
  if (answer !== null && !places.has(answer)) places.set(answer, run.tokens[answer]?.text ?? `#${answer}`);
  return (
    <>
      <label>
        <span>{strings.why}</span>
        <select
          value={answer ?? ''}
          onChange={({ target: { value } }) =>
            change({ target: spanTarget(side, value === '' ? null : Number(value)) })
          }
        >
          <option value="">{strings.bestAnswer(quoted(answers[0]!.text))}</option>
          {[...places].map(([position, text]) => (
            <option key={position} value={position}>
              {quoted(text)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="hidden">{strings.side}</span>
        <select
          value={side}
          onChange={({ target: { value } }) => {
            const next = value === 'end' ? 'end' : 'start';
            const chosen = answers.find((each) => spanPosition(each, side, run) === answer);
            change({ target: spanTarget(next, chosen ? spanPosition(chosen, next, run) : answer) });
          }}
        >
          <option value="start">{strings.sides.start}</option>
          <option value="end">{strings.sides.end}</option>
        </select>
      </label>
    </>
  );
}

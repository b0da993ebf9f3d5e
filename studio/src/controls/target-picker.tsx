import { answersOf, idsOf, targetOf } from '../state/answers.js';
import { useStrings } from '../state/preferences.js';
import { useSubject } from '../state/subject.js';
import { lastPinned, useView } from '../state/view.js';
import { quoted } from '../words.js';

/** The question: why this answer, rather than that one or any other. */
export function TargetPicker() {
  const strings = useStrings();
  const { run } = useSubject();
  const { view, change } = useView();
  const answers = answersOf(run, lastPinned(view, run.tokens.length));
  if (answers.length === 0) return null;
  const { answer, other } = idsOf(view.target);
  const unknown = (id: number | null) => id !== null && !answers.some((each) => each.id === id);
  const contrasted = answer ?? answers[0]!.id;
  return (
    <fieldset className="question">
      <label>
        <span>{strings.question.why}</span>
        <select
          value={answer ?? ''}
          onChange={(event) => {
            const id = event.target.value === '' ? null : Number(event.target.value);
            change({ target: targetOf(id, id === other ? null : other) });
          }}
        >
          <option value="">{strings.question.bestAnswer(quoted(answers[0]!.text))}</option>
          {unknown(answer) && <option value={answer!}>#{answer}</option>}
          {answers.map(({ id, text }) => (
            <option key={id} value={id}>
              {quoted(text)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{strings.question.ratherThan}</span>
        <select
          value={other ?? ''}
          onChange={(event) => {
            const id = event.target.value === '' ? null : Number(event.target.value);
            change({ target: targetOf(id === null ? answer : contrasted, id) });
          }}
        >
          <option value="">{strings.question.anything}</option>
          {unknown(other) && <option value={other!}>#{other}</option>}
          {answers
            .filter(({ id }) => id !== contrasted)
            .map(({ id, text }) => (
              <option key={id} value={id}>
                {quoted(text)}
              </option>
            ))}
        </select>
      </label>
    </fieldset>
  );
}

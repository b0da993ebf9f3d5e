import type { OpenedModel } from 'pellucid/client';
import { labelText } from 'pellucid/figures';
import { useId, useState } from 'react';
import { answersOf, idsOf, placeOf, targetOf } from '../state/answers.js';
import { usePreferences, useStrings } from '../state/preferences.js';
import { useSubject } from '../state/subject.js';
import { useAnswer } from '../state/use-answer.js';
import { useView } from '../state/view.js';
import { quoted } from '../words.js';
import { ComparedText } from './compared-text.js';
import { SpanChoice } from './span-choice.js';

/** The question: why this answer, rather than that one or any other, and where. */
export function TargetPicker() {
  const strings = useStrings();
  const { language } = usePreferences();
  const { model, run } = useSubject();
  const { view, change } = useView();
  const answers = answersOf(run, placeOf(view, run));
  if (model.task === 'sentence-embedding') return <ComparedText />;
  if (answers.length === 0) return null;
  const { answer, other } = idsOf(view.target);
  const contrasted = answer ?? answers[0]!.id;
  return (
    <fieldset className="question" lang={language === 'zh' ? 'zh-Hans' : 'en'}>
      <legend className="hidden">{strings.question.name}</legend>
      {model.task === 'question-answering' ? (
        <SpanChoice answers={answers} />
      ) : (
        <>
          <AnswerChoice
            label={strings.question.why}
            chosen={answer}
            none={strings.question.bestAnswer(quoted(answers[0]!.text))}
            choose={(id) => change({ target: targetOf(id, id === null || id === other ? null : other) })}
          />
          <AnswerChoice
            label={strings.question.ratherThan}
            chosen={other}
            none={strings.question.anything}
            without={contrasted}
            choose={(id) => change({ target: targetOf(id === null ? answer : contrasted, id) })}
          />
        </>
      )}
      <PlaceChoice />
      {language === 'zh' && <span className="muted">？</span>}
    </fieldset>
  );
}

const another = 'another';

function AnswerChoice({
  label,
  chosen,
  none,
  without,
  choose,
}: {
  readonly label: string;
  readonly chosen: number | null;
  readonly none: string;
  readonly without?: number;
  readonly choose: (id: number | null) => void;
}) {
  const strings = useStrings();
  const { model, run } = useSubject();
  const { view } = useView();
  const [typing, setTyping] = useState(false);
  const answers = answersOf(run, placeOf(view, run));
  const known = hasLabels(model) ? labelled(model.labels) : answers;
  const listed = known.some(({ id }) => id === chosen);
  const named = useAnswer(
    'answer-pieces',
    chosen === null || listed ? null : { model: model.name, text: `#${chosen}` },
  );
  const name = named.result?.id === chosen ? quoted(named.result!.text ?? '') : `#${chosen}`;
  return (
    <span className="choice-of-answer">
      <label>
        <span>{label}</span>
        <select
          value={typing ? another : (chosen ?? '')}
          onChange={({ target: { value } }) => {
            setTyping(value === another);
            if (value !== another) choose(value === '' ? null : Number(value));
          }}
        >
          <option value="">{none}</option>
          {chosen !== null && !listed && <option value={chosen}>{name}</option>}
          {known
            .filter(({ id }) => id !== without)
            .map(({ id, text }) => (
              <option key={id} value={id}>
                {quoted(text)}
              </option>
            ))}
          {!hasLabels(model) && <option value={another}>{strings.question.another}</option>}
        </select>
      </label>
      {typing && (
        <TypedAnswer
          choose={(id) => {
            setTyping(false);
            choose(id);
          }}
          leave={() => setTyping(false)}
        />
      )}
    </span>
  );
}

/** Whether it answers with labels; configs of other models may name some too. */
function hasLabels({ task }: OpenedModel): boolean {
  return task.endsWith('classification') || task === 'replaced-token-detection';
}

function labelled(labels: readonly string[]) {
  return labels.map((text, id) => ({ id, text }));
}

/** Any text as an answer: one token is taken, several are offered, none is said. */
function TypedAnswer({
  choose,
  leave,
}: {
  readonly choose: (id: number) => void;
  readonly leave: () => void;
}) {
  const strings = useStrings();
  const { model } = useSubject();
  const [text, setText] = useState('');
  const help = useId();
  const asked = useAnswer('answer-pieces', text === '' ? null : { model: model.name, text }, 200);
  const current = asked.request?.text === text ? asked.result : null;
  return (
    <form
      className="typed"
      onSubmit={(event) => {
        event.preventDefault();
        if (current && current.id !== null) choose(current.id);
      }}
    >
      <input
        ref={(field) => field?.focus()}
        value={text}
        maxLength={1000}
        aria-label={strings.question.typed}
        aria-describedby={help}
        placeholder={strings.question.typed}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') leave();
        }}
      />
      <span id={help} role="status">
        {current && current.id !== null && (
          <button type="submit">{strings.question.take(quoted(current.text ?? text))}</button>
        )}
        {current && current.id === null && (
          <>
            <small>{strings.question.several(current.pieces.length)}</small>
            {[...current.pieces.entries()].map(([i, piece]) => (
              <button key={i} type="button" className="token" onClick={() => choose(piece.id)}>
                {labelText(piece.text)}
              </button>
            ))}
          </>
        )}
        {asked.error !== null && text !== '' && <small>{strings.question.unknown(quoted(text))}</small>}
      </span>
    </form>
  );
}

/** Where the target is read: where the model answers, or at any token. */
function PlaceChoice() {
  const strings = useStrings();
  const { model, run } = useSubject();
  const { view, change } = useView();
  const { task } = model;
  if (task === 'sequence-classification' || task === 'question-answering') return null;
  const tokens = run.decoderTokens ?? run.tokens;
  const usual = run.answerAt;
  return (
    <label>
      <span>{strings.question.at}</span>
      <select
        value={view.position ?? ''}
        onChange={({ target: { value } }) =>
          change({ position: value === '' ? null : Number(value), target: 'logit' })
        }
      >
        <option value="">
          {usual === null
            ? strings.question.theEnd
            : `${usual}: ${quoted(tokens[usual]?.text ?? '')} ${strings.question.usual}`}
        </option>
        {[...tokens.entries()].map(([i, { text }]) => (
          <option key={i} value={i}>
            {i}: {quoted(text)}
          </option>
        ))}
      </select>
    </label>
  );
}

import type { About, Input, OpenedModel, RunResult } from 'pellucid/client';
import { createContext, useContext, useMemo } from 'react';
import { questionOf } from './answers.js';
import { useView } from './view.js';

/** What all panels are about: an opened model and what it made of the text. */
export interface Subject {
  readonly about: About;
  readonly model: OpenedModel;
  readonly run: RunResult;
  /** What was read: the input that `run` belongs to. */
  readonly input: Input;
  /** All that was read; of an encoder-decoder the tokens of its encoder, then those of its decoder. */
  readonly tokens: RunResult['tokens'];
}

export const SubjectContext = createContext<Subject | null>(null);

/** @throws Error outside of the panels */
export function useSubject(): Subject {
  const subject = useContext(SubjectContext);
  if (subject === null) throw new Error('There is no subject here.');
  return subject;
}

/** What every request about the prediction says: model, input, target and where it is read. */
export function useQuestion() {
  const { model, input, run } = useSubject();
  const { view } = useView();
  return useMemo(
    () => ({ model: model.name, input, ...questionOf(view, run, model) }),
    [model, input, run, view],
  );
}

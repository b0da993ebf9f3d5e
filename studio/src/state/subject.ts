import type { About, OpenedModel, RunResult } from 'pellucid/client';
import { createContext, useContext } from 'react';

/** What all panels are about: an opened model and what it made of the text. */
export interface Subject {
  readonly about: About;
  readonly model: OpenedModel;
  readonly run: RunResult;
  /** What was read: the text that `run` belongs to. */
  readonly input: { readonly text: string };
}

export const SubjectContext = createContext<Subject | null>(null);

/** @throws Error outside of the panels */
export function useSubject(): Subject {
  const subject = useContext(SubjectContext);
  if (subject === null) throw new Error('There is no subject here.');
  return subject;
}

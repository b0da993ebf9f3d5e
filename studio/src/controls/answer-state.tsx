import type { OperationName, ResultOf } from 'pellucid/client';
import type { ReactNode } from 'react';
import { useStrings } from '../state/preferences.js';
import { session } from '../state/session.js';
import type { Asked } from '../state/use-answer.js';

/** What shows while an answer is on its way, or why there is none; with the last answer behind it. */
export function AnswerState<Name extends OperationName>({
  asked,
  line = false,
  waits = false,
  children,
}: {
  readonly asked: Asked<Name>;
  /** Whether the answer is a line, not a picture. */
  readonly line?: boolean;
  /** Whether it is asked for only when the person agrees. */
  readonly waits?: boolean;
  readonly children: (result: ResultOf<Name>) => ReactNode;
}) {
  const strings = useStrings();
  const { result, error, busy, progress } = asked;
  return (
    <div className={line ? 'answer line' : 'answer'} aria-busy={busy}>
      <div className="answer-line" role="status">
        {busy && (
          <>
            <progress
              aria-label={strings.state.working}
              {...(progress ? { value: progress.done, max: progress.total } : {})}
            />
            <span>
              {progress ? strings.state.workingOn(progress.done, progress.total) : strings.state.working}
            </span>
            <button type="button" className="quiet" onClick={asked.cancel}>
              {strings.state.cancel}
            </button>
          </>
        )}
      </div>
      {error !== null &&
        !busy &&
        (session.recording ? (
          <p className="empty">{strings.saved.missing}</p>
        ) : (
          <Failure failed={asked} again={asked.again} />
        ))}
      {asked.cancelled && (
        <p className="empty">
          {strings.state.cancelled}{' '}
          <button type="button" onClick={asked.again}>
            {strings.state.tryAgain}
          </button>
        </p>
      )}
      {result === null ? (
        error === null && !asked.cancelled && !waits && <div className="skeleton" />
      ) : (
        <div className={busy || waits || asked.cancelled ? 'stale' : undefined}>{children(result)}</div>
      )}
    </div>
  );
}

/** Why something did not work, in the library's own sentence. */
export function Failure({
  failed: { error, code },
  again,
  children,
}: {
  readonly failed: { readonly error: string | null; readonly code?: string | null };
  readonly again?: () => void;
  /** What else can be done. */
  readonly children?: ReactNode;
}) {
  const strings = useStrings();
  return (
    <div className="failure" role="alert">
      <strong>{strings.state.failures[code ?? ''] ?? strings.state.failed}</strong>
      <p lang="en">{error}</p>
      {again && (
        <button type="button" onClick={again}>
          {strings.state.tryAgain}
        </button>
      )}{' '}
      {children}
    </div>
  );
}

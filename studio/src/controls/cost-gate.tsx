import type { RequestOf } from 'pellucid/client';
import { useState } from 'react';
import { useStrings } from '../state/preferences.js';
import { session } from '../state/session.js';
import { useAnswer } from '../state/use-answer.js';

/** Seconds that something may take without being asked about. */
const unasked = 30;

/** What a comparison would take, and whether it may begin: what is quick begins by itself, what is not when it is agreed to. */
export function useCost(request: RequestOf<'compare'> | null) {
  const [agreed, setAgreed] = useState('');
  // A saved page holds answers; what they took is no question any more.
  const isSaved = session.recording !== undefined;
  const asked = useAnswer('cost', isSaved ? null : request);
  const wanted = JSON.stringify(request);
  const current = JSON.stringify(asked.request) === wanted ? asked.result : null;
  const begins =
    isSaved || asked.error !== null || agreed === wanted || (current !== null && current.seconds <= unasked);
  return {
    cost: current,
    begins: request !== null && begins,
    /** Whether the cost is still being asked for. */
    busy: asked.busy || (request !== null && current === null && !begins),
    agree: () => setAgreed(wanted),
  };
}

/** What it would take, in a line that is there before that is known; with a button where it waits to be agreed to. */
export function CostNote({
  of: { cost, begins, agree },
}: {
  readonly of: Pick<ReturnType<typeof useCost>, 'cost' | 'begins' | 'agree'>;
}) {
  const strings = useStrings();
  return (
    <p className="hint cost">
      {cost && strings.state.cost(cost.passes, cost.seconds)}
      {cost && !begins && (
        <>
          {' '}
          <button type="button" onClick={agree}>
            {strings.attention.compute}
          </button>
        </>
      )}
    </p>
  );
}

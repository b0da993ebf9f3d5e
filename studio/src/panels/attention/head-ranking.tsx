import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { AnswerState } from '../../controls/answer-state.js';
import { Share } from '../../controls/share.js';
import { measuredOn } from '../../state/attention-look.js';
import { useStrings } from '../../state/preferences.js';
import { useLook } from '../../state/use-look.js';
import { Choice } from './look-bar.js';
import type { AskedScores, RankedHead } from './use-head-scores.js';

const rowHeight = 28;

/** Heads, ranked by where they look; what stands below the threshold is faded in the picture of all. */
export function HeadRanking({
  asked: { asked, ranked, measure, measures },
}: {
  readonly asked: AskedScores;
}) {
  const strings = useStrings().attention;
  const { look, setLook, stack } = useLook();
  return (
    <section className="ranking" aria-label={strings.ranking}>
      <div className="title-line">
        <Choice
          name={strings.rankBy}
          value={measure}
          of={measures}
          words={strings.ranks}
          choose={(next) => setLook({ rank: next })}
        />
        {stack.stack === null && measure !== 'none' && measure !== 'similarity' && (
          <Choice
            name={strings.measuredOn}
            value={look.on}
            of={measuredOn}
            words={strings.on}
            choose={(on) => setLook({ on })}
          />
        )}
        {measure !== 'none' && (
          <label className="least">
            <span>{strings.least}</span>
            <input
              type="range"
              min="0"
              max="100"
              step="5"
              value={look.least}
              aria-valuetext={`${look.least} %`}
              onChange={(event) => setLook({ least: Number(event.target.value) })}
            />
            <output>{look.least} %</output>
          </label>
        )}
      </div>
      {measure !== 'none' && (
        <>
          <p className="hint">
            {strings.rankHints[measure]} {strings.noImportance}
          </p>
          <AnswerState asked={asked}>
            {() =>
              ranked ? (
                <List ranked={ranked} measure={measure} />
              ) : (
                <p className="empty">{strings.notMeasured}</p>
              )
            }
          </AnswerState>
        </>
      )}
    </section>
  );
}

/** As many rows as are seen, of all heads. */
function List({ ranked, measure }: { readonly ranked: readonly RankedHead[]; readonly measure: string }) {
  const strings = useStrings().attention;
  const { look, layer, head, choose } = useLook();
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: ranked.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  const current = ranked.findIndex((each) => each.layer === layer && each.head === head);
  const rows = virtual.getVirtualItems();
  const isDrawn = rows.some(({ index }) => index === current);
  // A head chosen elsewhere is brought into view; a new ranking begins at its top.
  const shown = useRef(`${layer}.${head}`);
  useEffect(() => {
    if (shown.current === `${layer}.${head}`) return;
    shown.current = `${layer}.${head}`;
    if (current >= 0) virtual.scrollToIndex(current);
  }, [layer, head, current, virtual]);
  const go = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowUp: current - 1, ArrowDown: current + 1, Home: 0, End: ranked.length - 1 },
      ...{ PageUp: current - 8, PageDown: current + 8 },
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const index = Math.min(ranked.length - 1, Math.max(0, next));
    choose([ranked[index]!]);
  };
  const score = ({ score, share, offset }: RankedHead) =>
    measure === 'entropy'
      ? { share, text: strings.bits(score.toFixed(2)) }
      : { share, text: score.toFixed(2) + (offset === null ? '' : ` (${offset > 0 ? '+' : ''}${offset})`) };
  return (
    <div
      className="head-list"
      ref={frame}
      role="listbox"
      tabIndex={0}
      aria-label={strings.ranking}
      aria-activedescendant={isDrawn ? `ranked-${current}` : undefined}
      onKeyDown={go}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ index, start }) => {
          const each = ranked[index]!;
          const { share, text } = score(each);
          return (
            <div
              key={index}
              id={`ranked-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === current}
              aria-posinset={index + 1}
              aria-setsize={ranked.length}
              style={{ transform: `translateY(${start}px)` }}
              className={share * 100 < look.least ? 'faded' : undefined}
              onClick={() => choose([each])}
              onKeyDown={undefined}
            >
              <span className="place">
                {each.layer}.{each.head}
              </span>
              <Share share={share} text={text} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

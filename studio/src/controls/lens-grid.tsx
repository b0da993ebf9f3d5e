import type { Lens } from 'pellucid/explanations';
import { colorMap, labelText } from 'pellucid/figures';
import { useState } from 'react';
import { inkOn } from '../ink.js';
import { usePreferences, useStrings } from '../state/preferences.js';
import { useSubject } from '../state/subject.js';
import { useView } from '../state/view.js';
import { percent, quoted, range } from '../words.js';
import { moveFocus } from './roving.js';

/** Positions that are drawn at a time: more would be thousands of buttons. */
const mostColumns = 48;

interface Cell {
  readonly row: number;
  readonly position: number;
}

/** The most probable token at every layer and position; a cell shows its own candidates, a click follows its token. */
export function LensGrid({ lens }: { readonly lens: Lens }) {
  const strings = useStrings();
  const { theme } = usePreferences();
  const { run } = useSubject();
  const { view, change, focused, focus } = useView();
  const { rows, tokens, values, ids, words, position: answers } = lens;
  const top = values.shape[2]!;
  const start = Math.max(0, Math.min(answers - mostColumns + 4, tokens.length - mostColumns));
  const [first, setFirst] = useState(start);
  const from = Math.min(first, Math.max(0, tokens.length - mostColumns));
  const columns = range(Math.min(mostColumns, tokens.length)).map((i) => i + from);
  const [cell, setCell] = useState<Cell>({ row: rows.length - 1, position: answers });
  const colors = colorMap(theme === 'dark' ? 'magma' : 'YlGnBu');
  const best = (row: number, position: number) => (row * tokens.length + position) * top;
  const reached =
    columns.includes(cell.position) && cell.row < rows.length ? cell : { row: 0, position: from };
  const offset = run.decoderTokens === null ? 0 : run.tokens.length;
  return (
    <>
      {tokens.length > mostColumns && (
        <label>
          <span>{strings.lens.window}</span>
          <select value={from} onChange={(event) => setFirst(Number(event.target.value))}>
            {[
              ...new Set([
                ...range(Math.ceil(tokens.length / mostColumns)).map((i) => i * mostColumns),
                from,
              ]),
            ]
              .map((each) => Math.min(each, tokens.length - mostColumns))
              .sort((a, b) => a - b)
              .map((each) => (
                <option key={each} value={each}>
                  {each}–{each + mostColumns - 1}
                </option>
              ))}
          </select>
        </label>
      )}
      <div className="scrolled">
        <table
          className="lens-grid"
          aria-label={strings.lens.grid}
          onKeyDown={(event) => moveFocus(event, columns.length)}
        >
          <tbody>
            {range(rows.length)
              .reverse()
              .map((row) => (
                <tr key={row}>
                  <th scope="row">{strings.lens.row(rows[row]!)}</th>
                  {columns.map((position) => {
                    const share = values.data[best(row, position)]!;
                    const id = ids[best(row, position)]!;
                    const text = words[id] ?? '';
                    const background = colors(share);
                    const here = reached.row === row && reached.position === position;
                    return (
                      <td key={position}>
                        <button
                          type="button"
                          tabIndex={here ? 0 : -1}
                          style={{ background, color: inkOn(background) }}
                          className={[
                            view.followed.includes(id) ? 'followed' : '',
                            focused === position + offset ? 'focused' : '',
                          ].join(' ')}
                          aria-label={strings.lens.cell(
                            strings.lens.row(rows[row]!),
                            position,
                            quoted(text),
                            percent(share),
                          )}
                          onPointerEnter={() => {
                            setCell({ row, position });
                            focus(position + offset);
                          }}
                          onPointerLeave={() => focus(null)}
                          onFocus={() => setCell({ row, position })}
                          onClick={() => {
                            const others = view.followed.filter((each) => each !== id);
                            change({
                              followed:
                                others.length < view.followed.length ? others : [...others.slice(-5), id],
                            });
                          }}
                        >
                          {labelText(text)}
                        </button>
                      </td>
                    );
                  })}
                </tr>
              ))}
          </tbody>
          <tfoot>
            <tr>
              <td />
              {columns.map((position) => (
                <th key={position} scope="col" className={position === answers ? 'answers' : undefined}>
                  <span>{labelText(tokens[position]!.text)}</span>
                </th>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
      <Candidates lens={lens} {...reached} />
    </>
  );
}

/** What a place would answer. */
function Candidates({ lens, row, position }: Cell & { readonly lens: Lens }) {
  const strings = useStrings();
  const { rows, tokens, values, ids, words, entropy, divergence } = lens;
  const top = values.shape[2]!;
  const at = row * tokens.length + position;
  return (
    <p className="candidates" aria-live="off">
      <strong>
        {strings.lens.place(strings.lens.row(rows[row]!), position, quoted(tokens[position]!.text))}
      </strong>{' '}
      {range(top).map((i) => (
        <span key={i}>
          <bdi>{quoted(words[ids[at * top + i]!] ?? '')}</bdi> {percent(values.data[at * top + i]!)}
        </span>
      ))}
      <span className="muted">
        {strings.lens.entropy(entropy.data[at]!.toFixed(2), divergence.data[at]!.toFixed(2))}
      </span>
    </p>
  );
}

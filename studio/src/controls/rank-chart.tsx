import type { Lens } from 'pellucid/explanations';
import { useStrings } from '../state/preferences.js';
import { quoted, range } from '../words.js';

const [width, height, left, bottom] = [520, 190, 40, 30];

/** The ranks of the tokens that are followed, through the layers at one position: 1 on top, on a logarithmic scale. */
export function RankChart({ lens, position }: { readonly lens: Lens; readonly position: number }) {
  const strings = useStrings();
  const { pinned, rows, tokens, ranks, probabilities } = lens;
  const at = (pin: number, row: number) => (pin * rows.length + row) * tokens.length + position;
  const worst = Math.max(
    10,
    ...pinned.flatMap((_, pin) => range(rows.length).map((row) => ranks.data[at(pin, row)]!)),
  );
  const decades = Math.ceil(Math.log10(worst));
  const x = (row: number) => left + (row / Math.max(1, rows.length - 1)) * (width - left - 12);
  const y = (rank: number) => 10 + (Math.log10(rank) / decades) * (height - bottom - 14);
  const every = Math.ceil(rows.length / 10);
  return (
    <figure className="ranks">
      <figcaption>
        {strings.lens.ranks(position, quoted(tokens[position]!.text))}
        <ul className="key">
          {[...pinned.entries()].map(([pin, { id, text }]) => (
            <li key={id} className={`line-${pin % 6}`}>
              <svg viewBox="0 0 22 8" aria-hidden="true">
                <path d="M0 4H22" />
              </svg>
              <bdi>{quoted(text)}</bdi>
            </li>
          ))}
        </ul>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={strings.lens.ranks(position, quoted(tokens[position]!.text))}
      >
        {range(decades + 1).map((decade) => (
          <g key={decade} className="axis">
            <path d={`M${left} ${y(10 ** decade)}H${width - 12}`} />
            <text x={left - 6} y={y(10 ** decade) + 4} textAnchor="end">
              {10 ** decade}
            </text>
          </g>
        ))}
        {range(rows.length)
          .filter((row) => row % every === 0 || row === rows.length - 1)
          .map((row) => (
            <text key={row} className="axis" x={x(row)} y={height - 10} textAnchor="middle">
              {rows[row]!.layer ?? strings.lens.start}
            </text>
          ))}
        {[...pinned.entries()].map(([pin, { id }]) => (
          <g key={id} className={`line-${pin % 6}`}>
            <path
              d={`M${range(rows.length)
                .map((row) => `${x(row)} ${y(ranks.data[at(pin, row)]!)}`)
                .join('L')}`}
            />
            {range(rows.length).map((row) => (
              <circle key={row} cx={x(row)} cy={y(ranks.data[at(pin, row)]!)} r="3" />
            ))}
          </g>
        ))}
      </svg>
      <details>
        <summary>{strings.save.asTable}</summary>
        <div className="scrolled">
          <table>
            <thead>
              <tr>
                <th scope="col">{strings.lens.layer}</th>
                {pinned.map(({ id, text }) => (
                  <th key={id} scope="col" className="number">
                    <bdi>{quoted(text)}</bdi>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...rows.entries()].map(([row, each]) => (
                <tr key={row}>
                  <th scope="row">{strings.lens.row(each)}</th>
                  {[...pinned.entries()].map(([pin, { id }]) => (
                    <td key={id} className="number">
                      {ranks.data[at(pin, row)]} ({(probabilities.data[at(pin, row)]! * 100).toFixed(1)} %)
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

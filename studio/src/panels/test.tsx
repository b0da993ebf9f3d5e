import type { AblationResult, Part } from 'pellucid/client';
import { useState } from 'react';
import { Failure } from '../controls/answer-state.js';
import { Reproduce, SaveMenu } from '../controls/save-menu.js';
import { ablationScript } from '../reproduce.js';
import { useStrings } from '../state/preferences.js';
import { type Receipt, useReceipts } from '../state/receipts.js';
import { useSubject } from '../state/subject.js';
import { lastPinned, useView } from '../state/view.js';
import { quoted, range, signed } from '../words.js';

const edits = ['zero', 'mean'] as const;

/** Parts are taken away; each test leaves a receipt. */
export function TestPanel() {
  const strings = useStrings();
  const { model, run, input } = useSubject();
  const { view } = useView();
  const { list, test } = useReceipts();
  const [edit, setEdit] = useState<'zero' | 'mean'>('zero');
  if (run.predictions.length === 0) return <p className="hint">{strings.overview.noPredictions}</p>;
  const layer = Math.min(view.layer, model.layers - 1);
  const head = Math.min(view.head, model.heads - 1);
  const token = lastPinned(view, run.tokens.length);
  const pinned = token === null ? undefined : run.tokens[token];
  const parts: { readonly label: string; readonly part: Part }[] = [
    { label: strings.test.testHead(layer, head), part: { kind: 'head', layer, head } },
    { label: strings.test.testAttention(layer), part: { kind: 'attention', layer } },
    { label: strings.test.testMlp(layer), part: { kind: 'mlp', layer } },
    ...(pinned && !(pinned.special && pinned.offsets === null)
      ? [
          {
            label: strings.test.testToken(quoted(pinned.text)),
            part: { kind: 'token', position: token! } as const,
          },
        ]
      : []),
  ];
  return (
    <div className="columns">
      <section aria-labelledby="take">
        <h2 id="take">{strings.test.take}</h2>
        <p className="hint">{strings.test.takeHint}</p>
        <Where layers={model.layers} heads={model.heads} layer={layer} head={head} />
        <label>
          <span>{strings.test.edit}</span>
          <select value={edit} onChange={(event) => setEdit(event.target.value === 'mean' ? 'mean' : 'zero')}>
            {edits.map((name) => (
              <option key={name} value={name}>
                {strings.test.edits[name]}
              </option>
            ))}
          </select>
        </label>
        <div className="parts">
          {parts.map(({ label, part }) => (
            <button
              key={part.kind}
              type="button"
              onClick={() =>
                test(
                  { model: model.name, input, target: view.target, part, edit },
                  part.kind === 'token' ? label : `${label} → ${strings.test.edits[edit]}`,
                )
              }
            >
              {label}
            </button>
          ))}
        </div>
        {!pinned && <p className="hint">{strings.test.pinFirst}</p>}
      </section>
      <section aria-labelledby="receipts">
        <h2 id="receipts">{strings.test.receipts}</h2>
        {list.length === 0 ? (
          <p className="empty">{strings.test.noReceipts}</p>
        ) : (
          <ol className="cards" aria-live="polite">
            {list.map((receipt) => (
              <ReceiptCard key={receipt.id} receipt={receipt} />
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

function Where(sizes: { layers: number; heads: number; layer: number; head: number }) {
  const strings = useStrings();
  const { change } = useView();
  return (
    <div className="where">
      {(['layer', 'head'] as const).map((name) => (
        <label key={name}>
          <span>{strings.attention[name]}</span>
          <select value={sizes[name]} onChange={(event) => change({ [name]: Number(event.target.value) })}>
            {range(sizes[`${name}s`]).map((i) => (
              <option key={i} value={i}>
                {i}
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}

function ReceiptCard({ receipt }: { readonly receipt: Receipt }) {
  const strings = useStrings();
  const { again, remove } = useReceipts();
  const { id, label, result, error, busy, request } = receipt;
  return (
    <li className="card" aria-busy={busy}>
      <div className="title-line">
        <h3>{label}</h3>
        <button type="button" className="quiet" disabled={busy} onClick={() => again(id)}>
          {strings.test.again}
        </button>
        <button type="button" className="quiet" onClick={() => remove(id)}>
          {strings.test.remove}
        </button>
        {result && <SaveMenu name={`test-${id}`} result={result} />}
      </div>
      <p className="reason">
        {request.model} · {request.input.text}
      </p>
      {busy && <progress aria-label={strings.state.working} />}
      {error !== null && !busy && <Failure message={error} />}
      {result && <Effect result={result} />}
      {result && (
        <Reproduce
          script={ablationScript(
            { model: request.model, text: request.input.text ?? '', target: request.target ?? 'logit' },
            result,
          )}
        />
      )}
    </li>
  );
}

function Effect({ result: { target, value, change, controls } }: { readonly result: AblationResult }) {
  const strings = useStrings();
  const { changes, mean, deviation, atLeast } = controls;
  const answers = target.answers.map(({ text }) => quoted(text)).join(` ${strings.question.ratherThan} `);
  return (
    <>
      <p className="effect">
        <strong>{signed(change)}</strong> <span className="muted">{answers || target.name}</span>
      </p>
      <Dots change={change} changes={changes} />
      <p className="reason">
        {strings.test.targetWas(target.value.toFixed(2), value.toFixed(2))};{' '}
        {changes.length === 0
          ? strings.test.noControls
          : `${strings.test.controls(changes.length, signed(mean), deviation.toFixed(2))}; ${strings.test.standsOut(atLeast, changes.length)}`}
      </p>
    </>
  );
}

/** The change, among those that the others make. */
function Dots({ change, changes }: { readonly change: number; readonly changes: readonly number[] }) {
  const strings = useStrings();
  const reach = Math.max(...[change, ...changes].map(Math.abs)) || 1;
  const x = (value: number) => 150 + (value / reach) * 140;
  return (
    <svg
      className="dots"
      viewBox="0 0 300 28"
      role="img"
      aria-label={strings.test.dots(signed(change), changes.length)}
    >
      <line x1="10" x2="290" y1="14" y2="14" />
      <line x1="150" x2="150" y1="6" y2="22" />
      {[...changes.entries()].map(([i, value]) => (
        <circle key={i} className="other" cx={x(value)} cy="14" r="4" />
      ))}
      <circle className="own" cx={x(change)} cy="14" r="6" />
    </svg>
  );
}

import type { AblationResult, Part } from 'pellucid/client';
import { toJson } from 'pellucid/explanations';
import { Failure } from '../controls/answer-state.js';
import { Dots } from '../controls/dots.js';
import { ModelButton } from '../controls/model-button.js';
import { download, Reproduce, SaveMenu } from '../controls/save-menu.js';
import { ablationScript } from '../reproduce.js';
import { useStrings } from '../state/preferences.js';
import { type Receipt, useReceipts } from '../state/receipts.js';
import { useQuestion, useSubject } from '../state/subject.js';
import { lastPinned, useView } from '../state/view.js';
import type { Strings } from '../strings/english/index.js';
import { quoted, range, signed, targetWords } from '../words.js';

/** Parts are taken away; each test leaves a receipt. */
export function TestPanel() {
  const strings = useStrings();
  const { run } = useSubject();
  if (run.predictions.length === 0) return <p className="hint">{strings.overview.noPredictions}</p>;
  return (
    <div className="columns test">
      <section aria-labelledby="take">
        <h2 id="take">{strings.test.take}</h2>
        <p className="hint">{strings.test.takeHint}</p>
        <Parts />
      </section>
      <section aria-labelledby="receipts">
        <Receipts />
      </section>
    </div>
  );
}

/** What a part is called. */
function nameOf(part: Part, words: readonly string[], { test }: Strings): string {
  switch (part.kind) {
    case 'head':
      return test.parts.head(part.layer, part.head);
    case 'edge':
      return test.parts.edge(part.layer, part.head, part.destination, part.source);
    case 'attention':
      return test.parts.attention(part.layer);
    case 'mlp':
      return test.parts.mlp(part.layer);
    case 'token':
      return test.parts.token(quoted(words[0] ?? String(part.position)));
  }
}

function Parts() {
  const strings = useStrings();
  const { model, tokens } = useSubject();
  const { view, change } = useView();
  const question = useQuestion();
  const test = useReceipts((state) => state.test);
  const layer = Math.min(view.layer, model.layers - 1);
  const head = Math.min(view.head, model.heads - 1);
  const at = lastPinned(view, tokens.length);
  const pinned = at === null ? undefined : tokens[at];
  const parts: readonly Part[] = [
    { kind: 'head', layer, head },
    { kind: 'attention', layer },
    { kind: 'mlp', layer },
  ];
  const removable = pinned !== undefined && !(pinned.special && pinned.offsets === null);
  return (
    <>
      <div className="where">
        {(['layer', 'head'] as const).map((name) => (
          <label key={name}>
            <span>{strings.attention[name]}</span>
            <select
              value={name === 'layer' ? layer : head}
              onChange={(event) => change({ [name]: Number(event.target.value) })}
            >
              {range(model[`${name}s`]).map((i) => (
                <option key={i} value={i}>
                  {i}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
      <table className="parts">
        <tbody>
          {parts.map((part) => (
            <tr key={part.kind}>
              <th scope="row">{nameOf(part, [], strings)}</th>
              <td>
                {(['zero', 'mean'] as const).map((edit) => (
                  <ModelButton
                    key={edit}
                    aria-label={`${nameOf(part, [], strings)} ${strings.test.edits[edit]}`}
                    onClick={() => test({ ...question, part, edit })}
                  >
                    {strings.test.edits[edit]}
                  </ModelButton>
                ))}
              </td>
            </tr>
          ))}
          <tr>
            <th scope="row">
              {removable ? strings.test.parts.token(quoted(pinned.text)) : strings.test.noToken}
            </th>
            <td>
              <ModelButton
                disabled={!removable}
                onClick={() => test({ ...question, part: { kind: 'token', position: at! } }, [pinned!.text])}
              >
                {strings.test.takeAway}
              </ModelButton>
            </td>
          </tr>
        </tbody>
      </table>
    </>
  );
}

function Receipts() {
  const strings = useStrings();
  const { list, clear } = useReceipts();
  const done = list.filter(({ result }) => result !== null);
  return (
    <>
      <div className="title-line">
        <h2 id="receipts">
          {strings.test.receipts}
          {list.length > 0 && <span className="muted"> {list.length}</span>}
        </h2>
        {done.length > 0 && (
          <>
            <button
              type="button"
              className="quiet"
              onClick={() =>
                download(
                  'receipts.json',
                  new Blob([toJson(done.map(exported))], { type: 'application/json' }),
                )
              }
            >
              {strings.test.saveAll}
            </button>
            <button type="button" className="quiet" onClick={clear}>
              {strings.test.clear}
            </button>
          </>
        )}
      </div>
      {list.length === 0 ? (
        <p className="empty">{strings.test.noReceipts}</p>
      ) : (
        <ol className="cards" aria-live="polite">
          {list.map((receipt) => (
            <ReceiptCard key={receipt.id} receipt={receipt} />
          ))}
        </ol>
      )}
    </>
  );
}

/** What a receipt is outside of the page: the request that made it, and what came of it. */
function exported({ request, result }: Receipt) {
  return { request, result };
}

function ReceiptCard({ receipt }: { readonly receipt: Receipt }) {
  const strings = useStrings();
  const { again, cancel, remove } = useReceipts();
  const { id, words, result, error, busy, request } = receipt;
  const { part, edit = 'zero' } = request;
  const name = nameOf(part, words, strings);
  const { text, chat } = request.input;
  return (
    <li className="card" aria-busy={busy}>
      <div className="title-line">
        <h3>{part.kind === 'token' ? name : `${name} ${strings.test.edits[edit]}`}</h3>
        <span className="actions">
          <ModelButton className="quiet" disabled={busy} onClick={() => again(id)}>
            {strings.test.again}
          </ModelButton>
          <button type="button" className="quiet" onClick={() => (busy ? cancel(id) : remove(id))}>
            {busy ? strings.state.cancel : strings.test.remove}
          </button>
          {result && <SaveMenu name={`test-${id}`} result={exported(receipt)} />}
        </span>
      </div>
      {busy && !result && <progress aria-label={strings.state.working} />}
      {error !== null && !busy && <Failure message={error} />}
      {result && <Effect result={result} />}
      <p className="reason">
        {request.model} · <bdi>{text ?? chat?.at(-1)?.content}</bdi>
      </p>
      {result && <Reproduce script={ablationScript(request)} />}
    </li>
  );
}

function Effect({ result }: { readonly result: AblationResult }) {
  const strings = useStrings();
  const { target, value, change, controls } = result;
  const { changes, mean, deviation, atLeast } = controls;
  return (
    <>
      <p className="effect">
        <strong>{signed(change)}</strong> <span>{conclusionOf(result, strings)}</span>
      </p>
      <Dots change={change} changes={changes} />
      <p className="reason">
        {targetWords(target, strings)}: {strings.test.targetWas(target.value.toFixed(2), value.toFixed(2))};{' '}
        {changes.length === 0
          ? strings.test.noControls
          : `${strings.test.controls(changes.length, signed(mean), deviation.toFixed(2))}; ${strings.test.standsOut(atLeast, changes.length)}`}
      </p>
    </>
  );
}

/** Controls below this number say nothing of chance. */
const fewest = 5;

/** In plain words: whether the change stands out among those of others of its kind. */
function conclusionOf({ change, controls: { changes, atLeast } }: AblationResult, { test }: Strings): string {
  if (changes.length < fewest) return test.tooFew;
  const share = atLeast / changes.length;
  const { down, up } = test.moves;
  const move = change < 0 ? down : up;
  if (share <= 0.05) return test.standsOutFar(move);
  return share <= 0.25 ? test.standsOutSome(move) : test.likeOthers(move);
}

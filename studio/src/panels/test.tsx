import type { AblationResult, Part, PartEdit } from 'pellucid/client';
import { toJson } from 'pellucid/explanations';
import { Failure } from '../controls/answer-state.js';
import { Dots } from '../controls/dots.js';
import { ModelButton } from '../controls/model-button.js';
import { download, Reproduce, SaveMenu } from '../controls/save-menu.js';
import { frozenName, nameOf, stackPart } from '../parts.js';
import { ablationScript } from '../reproduce.js';
import { canBeAsked } from '../state/answers.js';
import { useStrings } from '../state/preferences.js';
import { type Receipt, useReceipts } from '../state/receipts.js';
import { useQuestion, useSubject } from '../state/subject.js';
import { useLook } from '../state/use-look.js';
import { lastPinned, useView } from '../state/view.js';
import type { Strings } from '../strings/english/index.js';
import { quoted, range, signed, targetWords } from '../words.js';
import { Choice } from './attention/look-bar.js';

/** Parts are taken away; each test leaves a receipt. */
export function TestPanel() {
  const strings = useStrings();
  const { run } = useSubject();
  const { view } = useView();
  if (!canBeAsked(view, run)) return <p className="hint">{strings.overview.noPredictions}</p>;
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

/** What is done to each kind of part; a token is taken away in ways of its own. */
const editsOf = {
  head: ['zero', 'mean', 'even'],
  attention: ['zero', 'mean', 'even'],
  mlp: ['zero', 'mean'],
  layer: ['zero', 'mean'],
} as const satisfies Partial<Record<Part['kind'], readonly PartEdit[]>>;

function Parts() {
  const strings = useStrings();
  const { model, tokens } = useSubject();
  const { view, change } = useView();
  const { stack, layer, head, setLook } = useLook();
  const question = useQuestion();
  const test = useReceipts((state) => state.test);
  const at = lastPinned(view, tokens.length);
  const pinned = at === null ? undefined : tokens[at];
  const own = stackPart(stack);
  const parts = [
    { kind: 'head', ...own, layer, head },
    { kind: 'attention', ...own, layer },
    { kind: 'mlp', ...own, layer },
    { kind: 'layer', ...own, layer },
  ] as const;
  const removable = pinned !== undefined && !(pinned.special && pinned.offsets === null);
  const scopes = [{}, { ...own, layer }, { ...own, layer, head }];
  return (
    <>
      <div className="where">
        {model.stacks.length > 1 && (
          <Choice
            name={strings.attention.stack}
            value={stack.stack ?? 'cross'}
            of={model.stacks.map((each) => each.stack!)}
            words={strings.attention.stacks}
            choose={(value) => setLook({ stack: value, destination: null, source: null, also: [] })}
          />
        )}
        {(['layer', 'head'] as const).map((name) => (
          <label key={name}>
            <span>{strings.attention[name]}</span>
            <select
              value={name === 'layer' ? layer : head}
              onChange={(event) => change({ [name]: Number(event.target.value) })}
            >
              {range(stack[`${name}s`]).map((i) => (
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
                {editsOf[part.kind].map((edit) => (
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
              {[undefined, ...scopes].map((frozen) => (
                <ModelButton
                  key={JSON.stringify(frozen) ?? ''}
                  disabled={!removable}
                  onClick={() =>
                    test({ ...question, part: { kind: 'token', position: at!, ...(frozen && { frozen }) } }, [
                      pinned!.text,
                    ])
                  }
                >
                  {frozen ? frozenName(frozen, strings) : strings.test.takeAway}
                </ModelButton>
              ))}
            </td>
          </tr>
        </tbody>
      </table>
      <p className="hint">{strings.test.editHints}</p>
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
      {error !== null && !busy && <Failure failed={receipt} />}
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

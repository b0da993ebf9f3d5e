import type { OpenedModel } from 'pellucid/client';
import { useStrings } from '../state/preferences.js';
import { type Turn, useView } from '../state/view.js';

const forms = ['text', 'pair', 'chat'] as const;
type Form = (typeof forms)[number];
const roles = ['system', 'user', 'assistant'];

/** What the model reads: a text, a pair, or the turns of a chat; and the target of an encoder-decoder. */
export function InputForm({ model }: { readonly model: OpenedModel | null }) {
  const { view } = useView();
  const possible = forms.filter((form) => form === 'text' || (model !== null && fits(form, model)));
  const form: Form = view.chat !== null ? 'chat' : view.pair !== null ? 'pair' : 'text';
  return (
    <div className="input">
      {possible.length > 1 && <FormChoice form={form} possible={possible} />}
      {form === 'chat' ? (
        <Turns turns={view.chat!} />
      ) : (
        <Texts form={form} mask={model?.task === 'masked-lm' ? model.mask : null} />
      )}
      {model?.decoder && <TargetText />}
    </div>
  );
}

function fits(form: Form, { task, chat, decoder }: OpenedModel): boolean {
  return form === 'chat' ? chat : form === 'pair' && task !== 'causal-lm' && !decoder;
}

function FormChoice({ form, possible }: { readonly form: Form; readonly possible: readonly Form[] }) {
  const strings = useStrings();
  const { view, read } = useView();
  const choose = (next: Form) =>
    read({
      pair: next === 'pair' ? '' : null,
      chat: next === 'chat' ? [{ role: 'user', content: view.text }] : null,
      text: next !== 'chat' && view.chat ? (view.chat.at(-1)?.content ?? '') : view.text,
    });
  return (
    <fieldset className="segments" aria-label={strings.input.form}>
      {possible.map((each) => (
        <button key={each} type="button" aria-pressed={each === form} onClick={() => choose(each)}>
          {strings.input.forms[each]}
        </button>
      ))}
    </fieldset>
  );
}

function Texts({ form, mask }: { readonly form: 'text' | 'pair'; readonly mask: string | null }) {
  const strings = useStrings();
  const { view, read } = useView();
  const { text, pair } = view;
  return (
    <>
      <Area
        label={form === 'pair' ? strings.input.first : strings.input.text}
        value={text}
        hint={strings.input.textHint}
        change={(next) => read({ text: next })}
      />
      {form === 'pair' && (
        <Area label={strings.input.second} value={pair ?? ''} change={(next) => read({ pair: next })} />
      )}
      {mask !== null && !text.includes(mask) && (
        <small>
          {strings.input.maskHint(mask)}{' '}
          <button
            type="button"
            className="quiet"
            onClick={() => read({ text: `${text.replace(/[.\s]+$/, '')} ${mask}.`.trimStart() })}
          >
            + {mask}
          </button>
        </small>
      )}
    </>
  );
}

function TargetText() {
  const strings = useStrings();
  const { view, read } = useView();
  return (
    <Area
      label={strings.input.targetText}
      value={view.targetText ?? ''}
      hint={strings.input.targetTextHint}
      rows={1}
      change={(next) => read({ targetText: next === '' ? null : next })}
    />
  );
}

function Turns({ turns }: { readonly turns: readonly Turn[] }) {
  const strings = useStrings();
  const { read } = useView();
  const put = (at: number, part: Partial<Turn>) =>
    read({ chat: turns.map((turn, i) => (i === at ? { ...turn, ...part } : turn)) });
  const next = turns.at(-1)?.role === 'user' ? 'assistant' : 'user';
  return (
    <>
      <ol className="turns">
        {[...turns.entries()].map(([i, { role, content }]) => (
          <li key={i}>
            <select
              aria-label={strings.input.role(i + 1)}
              value={role}
              onChange={(event) => put(i, { role: event.target.value })}
            >
              {(roles.includes(role) ? roles : [...roles, role]).map((name) => (
                <option key={name} value={name}>
                  {strings.input.roles[name] ?? name}
                </option>
              ))}
            </select>
            <textarea
              rows={1}
              aria-label={strings.input.turn(i + 1)}
              value={content}
              spellCheck={false}
              maxLength={20_000}
              dir="auto"
              onChange={(event) => put(i, { content: event.target.value })}
            />
            <button
              type="button"
              className="quiet"
              aria-label={strings.input.removeTurn(i + 1)}
              disabled={turns.length === 1}
              onClick={() => read({ chat: turns.filter((_, at) => at !== i) })}
            >
              ×
            </button>
          </li>
        ))}
      </ol>
      <button
        type="button"
        className="quiet"
        disabled={turns.length >= 64}
        onClick={() => read({ chat: [...turns, { role: next, content: '' }] })}
      >
        + {strings.input.addTurn}
      </button>
    </>
  );
}

function Area({
  label,
  value,
  hint,
  rows = 2,
  change,
}: {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly rows?: number;
  readonly change: (value: string) => void;
}) {
  return (
    <label className="text">
      <span>{label}</span>
      <textarea
        rows={rows}
        value={value}
        placeholder={hint}
        spellCheck={false}
        maxLength={20_000}
        dir="auto"
        onChange={(event) => change(event.target.value)}
      />
    </label>
  );
}

import type { About, AddPlace, ClientProgress, ListedModel } from 'pellucid/client';
import { useEffect, useRef, useState } from 'react';
import { chosenFiles, droppedFiles, type GivenFiles } from '../state/given-files.js';
import { useStrings } from '../state/preferences.js';
import { client, session } from '../state/session.js';
import { failureOf } from '../state/use-answer.js';
import { firstView, useView } from '../state/view.js';
import { Failure } from './answer-state.js';

/** A model on its way. */
interface Opening {
  readonly name: string;
  readonly progress: ClientProgress | null;
  readonly leave: AbortController;
}

/** Which model: those at hand, and a dialog that opens others. */
export function ModelPicker({
  about,
  refresh,
}: {
  readonly about: About | null;
  readonly refresh: () => void;
}) {
  const strings = useStrings();
  const { view, change, read } = useView();
  const dialog = useRef<HTMLDialogElement>(null);
  const show = (model: string) => {
    const { layer, head } = firstView;
    change({ model, layer, head });
    read({ chat: null, pair: null, text: view.text || (view.chat?.at(-1)?.content ?? '') });
  };
  const more = !session.recording && ((about?.adds.length ?? 0) > 0 || session.addFiles !== undefined);
  const listed = about?.models.some(({ name }) => name === view.model) ?? true;
  return (
    <>
      <label className="model">
        <span>{strings.page.model}</span>
        <select
          value={view.model}
          disabled={session.recording !== undefined}
          onChange={(event) => show(event.target.value)}
        >
          {!listed && <option value={view.model}>{view.model}</option>}
          {(['named', 'bundled', 'cache'] as const).map((from) => {
            const models = about?.models.filter((model) => model.from === from) ?? [];
            return (
              models.length > 0 && (
                <optgroup key={from} label={strings.page.from[from]}>
                  {models.map(({ name }) => (
                    <option key={name} value={name}>
                      {name}
                    </option>
                  ))}
                </optgroup>
              )
            );
          })}
        </select>
      </label>
      {more && about && (
        <>
          <button type="button" className="quiet" onClick={() => dialog.current?.showModal()}>
            {strings.models.open}
          </button>
          <dialog ref={dialog} aria-labelledby="open-model">
            <Others
              about={about}
              added={({ name }) => {
                refresh();
                show(name);
                dialog.current?.close();
              }}
              open={() => {
                if (!dialog.current?.open) dialog.current?.showModal();
              }}
              close={() => dialog.current?.close()}
            />
          </dialog>
        </>
      )}
    </>
  );
}

function Others({
  about,
  added,
  open,
  close,
}: {
  readonly about: About;
  readonly added: (model: ListedModel) => void;
  readonly open: () => void;
  readonly close: () => void;
}) {
  const strings = useStrings();
  const [opening, setOpening] = useState<Opening | null>(null);
  const [failed, setFailed] = useState<ReturnType<typeof failureOf> | null>(null);

  const begin = async (name: string, work: (leave: AbortController) => Promise<ListedModel>) => {
    const leave = new AbortController();
    setFailed(null);
    setOpening({ name, progress: null, leave });
    try {
      added(await work(leave));
    } catch (failure) {
      if (!leave.signal.aborted) setFailed(failureOf(failure));
    }
    setOpening(null);
  };
  const add = (from: AddPlace, name: string) =>
    begin(name, (leave) =>
      client.ask(
        'add',
        { from, name },
        {
          signal: leave.signal,
          onProgress: (progress) => setOpening((now) => now && { ...now, progress }),
        },
      ),
    );
  const give = (given: GivenFiles | null) => {
    const { addFiles } = session;
    if (given && addFiles) void begin(given.name, () => addFiles(given.name, given.files));
  };
  useDrop((given) => {
    open();
    give(given);
  });

  const { hub } = about;
  return (
    <>
      <div className="title-line">
        <h2 id="open-model">{strings.models.title}</h2>
        <button type="button" className="quiet dialog-close" onClick={close}>
          {strings.models.close}
        </button>
      </div>
      {about.adds.includes('hub') && hub !== null && (
        <Named
          title={strings.models.hub}
          label={strings.models.hubName}
          example="openai-community/gpt2"
          hint={session.addFiles ? strings.models.hubHintHere(hub) : strings.models.hubHint(hub)}
          busy={opening !== null}
          open={(name) => void add('hub', name)}
        />
      )}
      {about.adds.includes('folder') && (
        <Named
          title={strings.models.folder}
          label={strings.models.folderName}
          example="/home/me/my-model"
          hint={strings.models.folderHint}
          busy={opening !== null}
          open={(name) => void add('folder', name)}
        />
      )}
      {session.addFiles && (
        <section className="opens">
          <h3>{strings.models.files}</h3>
          <label className="button">
            {strings.models.chooseFolder}
            <input
              type="file"
              disabled={opening !== null}
              ref={(input) => input?.setAttribute('webkitdirectory', '')}
              onChange={(event) => {
                give(event.target.files && chosenFiles(event.target.files));
                event.target.value = '';
              }}
            />
          </label>
          <small>{strings.models.filesHint}</small>
        </section>
      )}
      <div className="answer-line" role="status">
        {opening && (
          <>
            <progress
              aria-label={strings.models.opening(opening.name)}
              {...(opening.progress && opening.progress.total > 0
                ? { value: opening.progress.done, max: opening.progress.total }
                : {})}
            />
            <span>
              {opening.progress
                ? strings.models.bytes(megabytes(opening.progress.done), megabytes(opening.progress.total))
                : strings.models.opening(opening.name)}
            </span>
            <button type="button" className="quiet" onClick={() => opening.leave.abort()}>
              {strings.state.cancel}
            </button>
          </>
        )}
      </div>
      {failed && <Failure failed={failed} />}
      <Backend />
    </>
  );
}

/** One field in which a model is named. */
function Named({
  title,
  label,
  example,
  hint,
  busy,
  open,
}: {
  readonly title: string;
  readonly label: string;
  readonly example: string;
  readonly hint: string;
  readonly busy: boolean;
  readonly open: (name: string) => void;
}) {
  const strings = useStrings();
  const [name, setName] = useState('');
  return (
    <form
      className="opens"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') open(name.trim());
      }}
    >
      <h3>{title}</h3>
      <div>
        <input
          type="text"
          aria-label={label}
          placeholder={example}
          value={name}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" disabled={busy || name.trim() === ''}>
          {strings.models.go}
        </button>
      </div>
      <small>{hint}</small>
    </form>
  );
}

/** What computes, where that is the page itself and the browser offers a choice. */
function Backend() {
  const strings = useStrings();
  const { backend } = session;
  if (!backend || !('gpu' in navigator)) return null;
  return (
    <label>
      <span>{strings.models.computes}</span>
      <select
        value={backend.used}
        onChange={(event) => backend.use(event.target.value === 'webgpu' ? 'webgpu' : 'wasm')}
      >
        <option value="wasm">{strings.models.backends.wasm}</option>
        <option value="webgpu">{strings.models.backends.webgpu}</option>
      </select>
    </label>
  );
}

/** Takes files that are dropped anywhere on the page, where the page can open files. */
function useDrop(take: (given: GivenFiles | null) => void): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    if (!session.addFiles) return undefined;
    const over = (event: DragEvent) => event.preventDefault();
    const drop = async (event: DragEvent) => {
      event.preventDefault();
      if (event.dataTransfer) latest.current(await droppedFiles(event.dataTransfer));
    };
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
    };
  }, []);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}

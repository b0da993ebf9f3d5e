import type { Part, PartEdit } from 'pellucid/client';
import { ModelButton } from '../../controls/model-button.js';
import { stackPart } from '../../parts.js';
import { canBeAsked } from '../../state/answers.js';
import { useStrings } from '../../state/preferences.js';
import { useReceipts } from '../../state/receipts.js';
import { useQuestion, useSubject } from '../../state/subject.js';
import { pinsOf, useLook } from '../../state/use-look.js';
import { lastPinned, useView } from '../../state/view.js';
import { quoted } from '../../words.js';

interface Test {
  readonly label: string;
  readonly part: Part;
  readonly edit?: PartEdit;
  readonly words?: readonly string[];
}

/** What is looked at can be tested: the head, the attention of its layer, the pinned token, or the pinned pair of tokens in this head. */
export function TestButtons() {
  const { attention: strings, test: names } = useStrings();
  const { run, tokens } = useSubject();
  const question = useQuestion();
  const { view, change } = useView();
  const { look, stack, layer, head } = useLook();
  const test = useReceipts((state) => state.test);
  if (!canBeAsked(view, run)) return null;
  const own = stackPart(stack);
  const target = run.decoderTokens ?? run.tokens;
  const rows = stack.stack === 'encoder' ? run.tokens : target;
  const columns = stack.stack === 'decoder' ? target : run.tokens;
  const { destination, source } = pinsOf(view, stack.stack, rows.length, columns.length);
  const edges: readonly Test[] =
    destination === null || source === null || look.join !== 'tokens'
      ? []
      : [
          {
            label: strings.testEdge(quoted(rows[destination]!.text), quoted(columns[source]!.text)),
            part: { kind: 'edge', ...own, layer, head, destination, source },
          },
        ];
  const position = lastPinned(view, tokens.length);
  const pinned = position === null ? undefined : tokens[position]!;
  const removed = (frozen?: Extract<Part, { kind: 'token' }>['frozen']): readonly Test[] =>
    position === null || pinned === undefined || (pinned.special && pinned.offsets === null)
      ? []
      : [
          {
            label: (frozen ? strings.testTokenFrozen : strings.testPart)(quoted(pinned.text)),
            part: { kind: 'token', position, ...(frozen && { frozen }) },
            words: [pinned.text],
          },
        ];
  const tests: readonly Test[] = [
    { label: strings.testThis, part: { kind: 'head', ...own, layer, head } },
    { label: strings.evenThis, part: { kind: 'head', ...own, layer, head }, edit: 'even' },
    { label: strings.testPart(names.parts.attention(layer)), part: { kind: 'attention', ...own, layer } },
    { label: strings.testPart(names.parts.layer(layer)), part: { kind: 'layer', ...own, layer } },
    ...edges,
    ...removed(),
    ...removed({ ...own, layer, head }),
  ];
  return (
    <p className="tests">
      {tests.map(({ label, part, edit = 'zero', words }) => (
        <ModelButton
          key={label}
          onClick={() => {
            test({ ...question, part, edit }, words);
            change({ panel: 'test' });
          }}
        >
          {label}
        </ModelButton>
      ))}
    </p>
  );
}

import type { Part } from 'pellucid/client';
import { ModelButton } from '../../controls/model-button.js';
import { useStrings } from '../../state/preferences.js';
import { useReceipts } from '../../state/receipts.js';
import { useQuestion, useSubject } from '../../state/subject.js';
import { pinsOf, sharedAxis, useLook } from '../../state/use-look.js';
import { useView } from '../../state/view.js';
import { quoted } from '../../words.js';

/** What is looked at can be taken away: the head, the attention of its layer, or the pinned pair of tokens in this head. */
export function TestButtons() {
  const strings = useStrings();
  const { run } = useSubject();
  const question = useQuestion();
  const { view, change } = useView();
  const { stack, layer, head } = useLook();
  const test = useReceipts((state) => state.test);
  if (stack.stack !== null || run.predictions.length === 0) return null;
  const { length } = run.tokens;
  const { destination, source } = pinsOf(view, null, length, length);
  const text = (position: number) => quoted(run.tokens[position]!.text);
  const edge: { readonly label: string; readonly part: Part }[] =
    destination === null || source === null || sharedAxis(view, null) !== 'both'
      ? []
      : [
          {
            label: strings.attention.testEdge(text(destination), text(source)),
            part: { kind: 'edge', layer, head, destination, source },
          },
        ];
  const parts: readonly { readonly label: string; readonly part: Part }[] = [
    {
      label: strings.attention.testThis,
      part: { kind: 'head', layer, head },
    },
    {
      label: strings.test.parts.attention(layer),
      part: { kind: 'attention', layer },
    },
    ...edge,
  ];
  return (
    <p className="tests">
      {parts.map(({ label, part }) => (
        <ModelButton
          key={part.kind}
          onClick={() => {
            test({ ...question, part });
            change({ panel: 'test' });
          }}
        >
          {label}
        </ModelButton>
      ))}
    </p>
  );
}

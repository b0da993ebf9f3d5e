import type { Part } from 'pellucid/client';
import { useStrings } from '../../state/preferences.js';
import { useReceipts } from '../../state/receipts.js';
import { useQuestion, useSubject } from '../../state/subject.js';
import { useLook } from '../../state/use-look.js';
import { useView } from '../../state/view.js';

/** What is looked at can be taken away: the head, or the attention of its layer. */
export function TestButtons() {
  const strings = useStrings();
  const { run } = useSubject();
  const question = useQuestion();
  const { change } = useView();
  const { stack, layer, head } = useLook();
  const test = useReceipts((state) => state.test);
  if (stack.stack !== null || run.predictions.length === 0) return null;
  const parts: readonly { readonly label: string; readonly part: Part }[] = [
    {
      label: strings.attention.testThis,
      part: { kind: 'head', layer, head },
    },
    {
      label: strings.test.parts.attention(layer),
      part: { kind: 'attention', layer },
    },
  ];
  return (
    <p className="tests">
      {parts.map(({ label, part }) => (
        <button
          key={part.kind}
          type="button"
          onClick={() => {
            test({ ...question, part });
            change({ panel: 'test' });
          }}
        >
          {label}
        </button>
      ))}
    </p>
  );
}

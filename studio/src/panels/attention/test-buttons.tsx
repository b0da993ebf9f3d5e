import type { Part } from 'pellucid/client';
import type { Attention } from 'pellucid/explanations';
import { useStrings } from '../../state/preferences.js';
import { useReceipts } from '../../state/receipts.js';
import { useSubject } from '../../state/subject.js';
import { pinsOf, useLook } from '../../state/use-look.js';
import { useView } from '../../state/view.js';

/** What is looked at can be taken away: the head, or the attention of its layer. */
export function TestButtons({ attention }: { readonly attention: Attention }) {
  const strings = useStrings();
  const { model, run, input } = useSubject();
  const { view, change } = useView();
  const { stack, layer, head } = useLook();
  const test = useReceipts((state) => state.test);
  if (stack.stack !== null || run.predictions.length === 0) return null;
  const { destination, source } = pinsOf(view, null, attention.tokens.length, attention.tokens.length);
  void [destination, source];
  const parts: readonly { readonly label: string; readonly name: string; readonly part: Part }[] = [
    {
      label: strings.attention.testThis,
      name: strings.test.testHead(layer, head),
      part: { kind: 'head', layer, head },
    },
    {
      label: strings.test.testAttention(layer),
      name: strings.test.testAttention(layer),
      part: { kind: 'attention', layer },
    },
  ];
  return (
    <p className="tests">
      {parts.map(({ label, name, part }) => (
        <button
          key={part.kind}
          type="button"
          onClick={() => {
            test({ model: model.name, input, target: view.target, part }, name);
            change({ panel: 'test' });
          }}
        >
          {label}
        </button>
      ))}
    </p>
  );
}

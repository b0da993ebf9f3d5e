import { useEffect, useState } from 'react';
import { similarTo } from '../state/answers.js';
import { useStrings } from '../state/preferences.js';
import { useView } from '../state/view.js';

/** Characters of a text that is compared with, at most: a target has a bound. */
const mostCompared = 900;

/** Sentence encoders answer nothing; what can be asked is why a text is as near to another as it is. */
export function ComparedText() {
  const strings = useStrings().question;
  const { view, change } = useView();
  const given = view.target.startsWith(similarTo) ? view.target.slice(similarTo.length) : '';
  const [text, setText] = useState(given);
  // Undo and the address change it too.
  useEffect(() => setText(given), [given]);
  useEffect(() => {
    if (text === given) return undefined;
    const timer = setTimeout(() => change({ target: text === '' ? 'logit' : `${similarTo}${text}` }), 300);
    return () => clearTimeout(timer);
  }, [text, given, change]);
  return (
    <label className="compared">
      <span>{strings.near}</span>
      <textarea
        value={text}
        maxLength={mostCompared}
        rows={2}
        placeholder={strings.nearHint}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  );
}

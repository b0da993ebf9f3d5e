import type { ComponentProps } from 'react';
import { useStrings } from '../state/preferences.js';
import { session } from '../state/session.js';

/** A button that asks the model something: of no use in a saved page, and says why. */
export function ModelButton({ disabled = false, ...rest }: ComponentProps<'button'>) {
  const strings = useStrings();
  const missing = session.recording !== undefined;
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || missing}
      title={missing ? strings.saved.missing : undefined}
    />
  );
}

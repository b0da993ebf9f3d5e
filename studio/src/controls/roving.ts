import type { KeyboardEvent } from 'react';

/**
 * Arrow keys in a group of buttons of which one is reached by Tab: moves the focus, and says where it went.
 * @param columns how many stand in a row; 1 step up or down is a row
 */
export function moveFocus(event: KeyboardEvent<HTMLElement>, columns: number): number | null {
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const step: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -at,
    End: buttons.length - 1 - at,
  };
  const by = step[event.key];
  if (by === undefined || at < 0) return null;
  event.preventDefault();
  const next = at + by;
  if (next < 0 || next >= buttons.length) return null;
  buttons[next]!.focus();
  return next;
}

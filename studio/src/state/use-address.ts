import { useEffect, useRef } from 'react';
import { readAddress, writeAddress } from './address.js';
import { useView } from './view.js';

/** Milliseconds between two addresses: typing changes them with each key, and browsers allow a hundred in half a minute. */
const pause = 400;

/** Keeps the address and the view the same: the view follows the address when the person changes it, else the other way round. */
export function useAddress(): void {
  const { view, show } = useView();
  const written = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    show(readAddress(location.hash));
    const follow = () => show(readAddress(location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [show]);
  useEffect(() => {
    if (view.model === '') return undefined;
    const write = () => {
      written.current = performance.now();
      history.replaceState(null, '', writeAddress(view));
    };
    // At once, so that a page that is loaded again finds what was chosen last.
    const timer = setTimeout(write, Math.max(0, written.current + pause - performance.now()));
    return () => clearTimeout(timer);
  }, [view]);
}

/** Ctrl+Z and Ctrl+Shift+Z (Cmd on a Mac), outside of what has an undo of its own. */
export function useUndoKeys(): void {
  const { undo, redo } = useView();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const own = event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
      if (own || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
      event.preventDefault();
      if (event.shiftKey) redo();
      else undo();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [undo, redo]);
}

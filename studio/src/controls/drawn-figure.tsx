import type { Figure } from 'pellucid/figures';
import { useEffect, useRef } from 'react';

/** A finished figure in the page, with its names and what its parts say on hovering. */
export function DrawnFigure({ figure }: { readonly figure: Figure }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parsed = new DOMParser().parseFromString(figure.svg, 'image/svg+xml');
    host.current?.replaceChildren(document.importNode(parsed.documentElement, true));
  }, [figure]);
  return <div className="drawn scrolled" ref={host} />;
}

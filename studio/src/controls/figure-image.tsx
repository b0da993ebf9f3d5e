import type { Figure } from 'pellucid/figures';
import { useMemo } from 'react';

/** A finished figure as a picture, which scales with its column. */
export function FigureImage({ figure, name }: { readonly figure: () => Figure; readonly name: string }) {
  const { svg, width, height } = useMemo(figure, [figure]);
  return (
    <img
      className="figure"
      alt={name}
      width={width}
      height={height}
      src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`}
    />
  );
}

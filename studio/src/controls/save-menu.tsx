import { toJson } from 'pellucid/explanations';
import { useState } from 'react';
import { useStrings } from '../state/preferences.js';
import type { Picture } from './shown-picture.js';

/** Saves a figure as SVG or PNG, and what it shows as JSON. */
export function SaveMenu({
  name,
  figure,
  result,
}: {
  readonly name: string;
  readonly figure?: () => Picture;
  readonly result: unknown;
}) {
  const strings = useStrings();
  const formats = [
    ...(figure
      ? [
          { format: 'SVG', make: async () => new Blob([figure().svg], { type: 'image/svg+xml' }) },
          { format: 'PNG', make: () => pngOf(figure()) },
        ]
      : []),
    { format: 'JSON', make: async () => new Blob([toJson(result)], { type: 'application/json' }) },
  ];
  return (
    <fieldset className="save" aria-label={strings.save.save}>
      <span aria-hidden="true">{strings.save.save}</span>
      {formats.map(({ format, make }) => (
        <button
          key={format}
          type="button"
          className="quiet"
          aria-label={`${strings.save.saveAs(format)}: ${name}`}
          onClick={async () => download(`${name}.${format.toLowerCase()}`, await make())}
        >
          {format}
        </button>
      ))}
    </fieldset>
  );
}

export function download(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Two pixels for each of the figure, for sharp text. */
async function pngOf({ svg, width, height }: Picture): Promise<Blob> {
  const image = new Image();
  image.src = addressOf(svg);
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * 2;
  canvas.height = height * 2;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture is too large.'))));
  });
}

/** A drawing as the address of a picture. */
function addressOf(svg: string): string {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

/** The lines that do the same without the page. */
export function Reproduce({
  command,
  script,
}: {
  readonly command?: string | undefined;
  readonly script: string;
}) {
  const strings = useStrings();
  return (
    <details className="reproduce">
      <summary>{strings.save.reproduce}</summary>
      {command !== undefined && <Code title={strings.save.commandLine} text={command} />}
      <Code title={strings.save.typescript} text={script} />
    </details>
  );
}

function Code({ title, text }: { readonly title: string; readonly text: string }) {
  const strings = useStrings();
  const [copied, setCopied] = useState(false);
  return (
    <figure className="code">
      <figcaption>
        {title}
        <button
          type="button"
          className="quiet"
          onClick={async () => {
            await navigator.clipboard.writeText(text);
            setCopied(true);
          }}
        >
          {copied ? strings.save.copied : strings.save.copy}
        </button>
      </figcaption>
      <pre lang="en">{text}</pre>
    </figure>
  );
}

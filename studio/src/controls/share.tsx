import { percent } from '../words.js';

/** A share from 0 to 1 as a bar and a number, or another text. */
export function Share({ share, text }: { readonly share: number; readonly text?: string }) {
  return (
    <span className="share">
      <svg viewBox="0 0 90 8" aria-hidden="true">
        <rect width="90" height="8" rx="2" className="track" />
        <rect width={Math.min(90, Math.max(1, share * 90))} height="8" rx="2" />
      </svg>
      <span>{text ?? percent(share)}</span>
    </span>
  );
}

import { percent } from '../words.js';

/** A share from 0 to 1 as a bar and a number. */
export function Share({ share }: { readonly share: number }) {
  return (
    <span className="share">
      <svg viewBox="0 0 90 8" aria-hidden="true">
        <rect width="90" height="8" rx="2" className="track" />
        <rect width={Math.max(1, share * 90)} height="8" rx="2" />
      </svg>
      <span>{percent(share)}</span>
    </span>
  );
}

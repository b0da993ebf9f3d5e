/** A share from 0 to 1 as a bar; the number stands beside it. */
export function Bar({ share }: { readonly share: number }) {
  return (
    <svg className="bar" viewBox="0 0 90 8" aria-hidden="true">
      <rect width="90" height="8" rx="2" className="track" />
      <rect width={Math.max(1, share * 90)} height="8" rx="2" />
    </svg>
  );
}

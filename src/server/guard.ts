/** What a request says of itself. */
export interface Sender {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
}

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly message: string;
}

/**
 * Why a request is refused; undefined where it is not. Names in `Host` other than the loopback's own stand for other sites that a
 * name server points here (DNS rebinding); another `Origin` for other sites' pages that send requests here.
 * @param port where the server listens
 * @param token what calls must carry; pages are given without
 */
export function refusalOf(
  { host, origin, authorization }: Sender,
  port: number,
  token?: string,
): Refusal | undefined {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || !own.includes(host))
    return { status: 403, message: `The studio answers to ${own.join(' and ')} only.` };
  if (origin !== undefined && origin !== `http://${host}`)
    return { status: 403, message: 'The studio answers its own page only.' };
  if (token !== undefined && !isSame(authorization ?? '', `Bearer ${token}`))
    return {
      status: 401,
      message: 'The token is missing or wrong: open the address that the terminal shows.',
    };
  return undefined;
}

/** Takes as long wherever the texts differ. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < b.length; i++) difference |= a.charCodeAt(i % Math.max(1, a.length)) ^ b.charCodeAt(i);
  return difference === 0;
}

/** A token that nobody guesses: 192 random bits. */
export function createToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Headers of every answer: nothing from elsewhere is loaded, nobody frames the page, no address is told on. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

// The service worker of the static site: gives each of its own files the headers that a host may not be able to send. With
// them the page is cross-origin isolated, which browsers ask for before they allow threads. It keeps nothing.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(
    fetch(request).then((response) => {
      if (response.type === 'opaqueredirect' || response.status === 0) return response;
      const all = new Headers(response.headers);
      for (const [name, value] of Object.entries(headers)) all.set(name, value);
      const { status, statusText } = response;
      return new Response(status === 204 || status === 304 ? null : response.body, {
        status,
        statusText,
        headers: all,
      });
    }),
  );
});

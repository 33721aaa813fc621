// The part that is there when no page is open: shows what a push says, and opens its alert when pressed. It keeps nothing and answers no requests.
const own = url => { try { const to = new URL(url, self.registration.scope); return new URL(to.pathname + to.search, self.location.origin).href; } catch { return self.registration.scope; } };

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

self.addEventListener('push', event => {
  let said = {};
  try { said = event.data?.json() ?? {}; } catch { said = { title: 'OpsDashboard', body: event.data?.text() }; }
  event.waitUntil(self.registration.showNotification(said.title ?? 'OpsDashboard', {
    body: said.body ?? '', tag: said.tag, renotify: Boolean(said.tag && said.firing), requireInteraction: Boolean(said.urgent), silent: said.firing === false,
    vibrate: said.urgent ? [200, 100, 200, 100, 400] : undefined, icon: new URL('icon-192.png', self.registration.scope).href, badge: new URL('icon-192.png', self.registration.scope).href, data: { url: said.url ?? './' },
  }));
});

// A press opens the alert; what is done about it is done there.
self.addEventListener('notificationclick', event => {
  event.notification.close();
  const url = own(event.notification.data?.url ?? './');
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const open = pages.find(page => page.url.split('?')[0] === url.split('?')[0]);
    if (open) { await open.focus(); return; }
    await self.clients.openWindow(url);
  })());
});

// The browser changed its address: without this nobody would notice that the device sleeps on.
self.addEventListener('pushsubscriptionchange', event => event.waitUntil((async () => {
  const base = self.registration.scope, { key } = await (await fetch(new URL('api/push/key', base))).json();
  const bytes = Uint8Array.from(atob(key.replace(/-/g, '+').replace(/_/g, '/')), letter => letter.charCodeAt(0));
  const found = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes });
  await fetch(new URL('api/push/subscriptions', base), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...found.toJSON(), device: 'a browser that renewed its subscription' }) });
})()));

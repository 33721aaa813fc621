// Waking this device: asks the browser for a push subscription and hands it to the dashboard. Only after a press, never by itself.
import { toast } from './shell.js';

const able = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
const at = path => new URL(path, document.baseURI);
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), letter => letter.charCodeAt(0));
const registration = () => navigator.serviceWorker.register(at('sw.js'), { scope: at('./').pathname });

/** "Chrome on Android": what a person recognizes in a list. */
function device() {
  const agent = navigator.userAgent, brand = navigator.userAgentData?.brands?.map(one => one.brand).find(name => !/not.?a.?brand|chromium/i.test(name));
  const browser = brand ?? (/Firefox/.test(agent) ? 'Firefox' : /Edg\//.test(agent) ? 'Edge' : /Chrome|Chromium/.test(agent) ? 'Chrome' : /Safari/.test(agent) ? 'Safari' : 'A browser');
  const system = /Android/.test(agent) ? 'Android' : /iPhone|iPad/.test(agent) ? 'iOS' : /Mac OS/.test(agent) ? 'macOS' : /Windows/.test(agent) ? 'Windows' : /Linux/.test(agent) ? 'Linux' : 'an unknown system';
  return `${browser} on ${system}`;
}

async function subscribe() {
  if (await Notification.requestPermission() !== 'granted') { toast('The browser does not allow notifications for this address. Its settings can change that.', true); return; }
  const worker = await registration();
  await navigator.serviceWorker.ready;
  const { key } = await (await fetch(at('api/push/key'))).json();
  const found = await worker.pushManager.getSubscription() ?? await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  const answer = await fetch(at('api/push/subscriptions'), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...found.toJSON(), device: device() }) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail ?? `The server answered ${answer.status}.`);
  localStorage.setItem('push-id', said.id);
  location.reload();
}

async function unsubscribe() {
  const worker = await navigator.serviceWorker.getRegistration(at('./').pathname), id = localStorage.getItem('push-id');
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
  if (id) await fetch(at(`api/push/subscriptions/${id}`), { method: 'DELETE' });
  localStorage.removeItem('push-id');
  location.reload();
}

async function show(panel) {
  const words = panel.querySelector('[data-push-state]'), on = panel.querySelector('[data-push="on"]'), off = panel.querySelector('[data-push="off"]');
  if (!able()) { words.textContent = /iPhone|iPad/.test(navigator.userAgent) ? 'On iOS: add this page to the home screen first and open it from there.' : 'This browser cannot be woken here: it needs HTTPS (or this very machine) and support for push messages.'; return; }
  const worker = await navigator.serviceWorker.getRegistration(at('./').pathname), is = await worker?.pushManager.getSubscription();
  words.textContent = Notification.permission === 'denied' ? 'This browser refuses notifications of this address; its settings can change that.' : is ? 'This device is woken by alerts of systems that you may handle.' : 'This device is not woken.';
  on.hidden = Boolean(is) || Notification.permission === 'denied';
  off.hidden = !is;
}

document.addEventListener('click', event => {
  const button = event.target.closest?.('[data-push]');
  if (!button) return;
  button.disabled = true;
  (button.dataset.push === 'on' ? subscribe() : unsubscribe()).catch(fault => toast(`It did not work: ${fault.message}`, true)).finally(() => { button.disabled = false; });
});

const look = () => { for (const panel of document.querySelectorAll('[data-push-panel]:not([data-seen])')) { panel.dataset.seen = ''; show(panel).catch(() => {}); } };
new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
look();

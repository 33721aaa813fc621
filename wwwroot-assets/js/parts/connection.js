// The circuit and what is said when it or the live connection is gone: a short loss goes on in the same circuit,
// a restarted server means one reload of the same address. Never a question.
import { isUsed, onState, retry, staleFor } from './live.js';
import { saveDrafts } from './drafts.js';

const STALE = 10000, KEPT = 180000;
const banner = () => document.getElementById('connection');
let lostAt = 0, ticking = 0;

function say(text) {
  const place = banner();
  if (!place) return;
  place.classList.toggle('shown', text !== '');
  if (place.textContent !== text) place.textContent = text;
}

const clock = ms => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;

// Circuit -----------------------------------------------------------------------------------------------------------

let circuitDown = false;

async function resume() {
  for (let attempt = 0; circuitDown; attempt++) {
    const waited = Math.min(5000, 250 * 1.6 ** attempt) * (0.6 + 0.4 * Math.random());
    await new Promise(done => setTimeout(done, waited));
    if (!circuitDown) return;
    try {
      if (await Blazor.reconnect()) { up(); return; }
      // The server answered and does not know the circuit: it was restarted, or the loss was long.
      reload();
      return;
    } catch { /* not reachable yet */ }
    if (performance.now() - lostAt > KEPT && navigator.onLine && await reachable()) { reload(); return; }
  }
}

const reachable = () => fetch(new URL('health/live', document.baseURI), { cache: 'no-store' }).then(answer => answer.ok, () => false);

function reload() {
  saveDrafts();
  // Against a loop: at most one reload by itself in ten seconds.
  const last = Number(sessionStorage.getItem('reloaded') ?? 0);
  const wait = Math.max(0, 10000 - (Date.now() - last));
  setTimeout(() => { sessionStorage.setItem('reloaded', Date.now()); location.reload(); }, wait);
}

function down() {
  if (circuitDown) return;
  circuitDown = true;
  document.documentElement.dataset.circuit = 'down';
  lostAt = performance.now();
  saveDrafts();
  tick();
  resume();
}

function up() {
  circuitDown = false;
  document.documentElement.dataset.circuit = 'up';
  retry();
  tick();
}

if (globalThis.Blazor) {
  Blazor.start({ circuit: { reconnectionHandler: { onConnectionDown: down, onConnectionUp: up } } }).then(() => { document.documentElement.dataset.circuit = 'up'; });
  addEventListener('online', () => { if (circuitDown) Blazor.reconnect().then(ok => ok ? up() : reload(), () => {}); });
}

// What is shown -----------------------------------------------------------------------------------------------------

let liveDown = 0;

function tick() {
  const stale = isUsed() && staleFor() > STALE || circuitDown && performance.now() - lostAt > STALE;
  document.documentElement.toggleAttribute('data-stale', stale);
  for (const button of document.querySelectorAll('[data-needs-live]')) if (button.inert !== stale) button.inert = stale;
  const since = circuitDown ? lostAt : liveDown;
  say(since && performance.now() - since > 600 ? `Connection lost ${clock(performance.now() - since)}, trying…` : '');
  if ((circuitDown || liveDown || stale) && !ticking) ticking = setInterval(tick, 500);
  if (!circuitDown && !liveDown && !stale) { clearInterval(ticking); ticking = 0; }
}

onState(({ up }) => { liveDown = up ? 0 : liveDown || performance.now(); tick(); });

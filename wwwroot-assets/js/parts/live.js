// One connection to /hubs/live for all live elements of a tab.
//
// A frame is an array: [0, serverTime] is a beat; [id, seq, "s", [labels…]] names the series of a topic in order;
// [id, seq, at, v0, v1, …] is a point; [id, seq, "g"] says that frames are missing; [id, seq, "e", text] is a fault;
// [id, seq, "l", count, [lines…]] are the newest of so many log lines.
import { HubConnectionBuilder, LogLevel, HttpTransportType } from '@microsoft/signalr';

const LINGER = 3000;      // a page that renders anew asks for the same things again
const HIDDEN_STOP = 60000;
const STALE = 10000;

const follows = new Map();  // key → what is followed
const byId = new Map();     // topic id → the same
const waiting = new Set();
const listeners = new Set();
let connection = null, starting = null, attempt = 0, timer = 0, heardAt = performance.now(), serverLead = null, hiddenTimer = 0, up = false;

/** Follows an expression until the returned function is called. handler: { series(labels[]), point(at, values[], received), lines(count, lines[]), gap(), fault(text) }. */
export function follow(what, mode, step, handler, source = 'metrics') {
  const key = `${source}|${mode}|${step}|${what}`;
  let entry = follows.get(key);
  if (!entry) {
    entry = { key, request: { source, what, mode, step }, handlers: new Set(), id: 0, labels: null, last: null, seq: 0, gone: 0 };
    follows.set(key, entry);
    waiting.add(entry);
    schedule();
  }
  clearTimeout(entry.gone);
  entry.handlers.add(handler);
  if (entry.labels) handler.series?.(entry.labels);
  if (entry.fault) handler.fault?.(entry.fault);
  else if (entry.last) handler.point(entry.last.at, entry.last.values, entry.last.received);
  return () => {
    entry.handlers.delete(handler);
    if (entry.handlers.size === 0) entry.gone = setTimeout(() => drop(entry), LINGER);
  };
}

/** Calls back with { up, staleFor } when the connection's state changes, and each second while it is down. */
export const onState = callback => { listeners.add(callback); return () => listeners.delete(callback); };

/** The server's clock in milliseconds, as well as the last frames tell. */
export const serverNow = () => Date.now() + (serverLead ?? 0);

export const isUsed = () => follows.size > 0;
export const staleFor = () => performance.now() - heardAt;

function drop(entry) {
  follows.delete(entry.key);
  waiting.delete(entry);
  byId.delete(entry.id);
  if (up && entry.id) connection.send('Unfollow', [entry.id]).catch(() => {});
}

function schedule() {
  if (timer) return;
  timer = setTimeout(() => { timer = 0; flush(); }, 10);
}

async function flush() {
  if (waiting.size === 0) return;
  if (!up) { start(); return; }
  const batch = [...waiting].slice(0, 150);
  batch.forEach(entry => waiting.delete(entry));
  try {
    const answers = await connection.invoke('Follow', batch.map(entry => entry.request));
    answers.forEach((answer, i) => {
      const entry = batch[i];
      if (answer.error) { entry.fault = answer.error; entry.handlers.forEach(handler => handler.fault?.(answer.error)); return; }
      if (!follows.has(entry.key)) { connection.send('Unfollow', [answer.id]).catch(() => {}); return; }
      entry.id = answer.id;
      entry.fault = null;
      byId.set(answer.id, entry);
      // Frames may overtake the answer.
      early.get(answer.id)?.forEach(frame => take(entry, frame));
      early.delete(answer.id);
    });
  } catch {
    batch.forEach(entry => follows.has(entry.key) && waiting.add(entry));
  }
  if (waiting.size) schedule();
}

const early = new Map();

function receive(frames) {
  heard();
  const received = performance.now();
  for (const frame of frames) {
    if (frame[0] === 0) { learnClock(frame[1]); continue; }
    const entry = byId.get(frame[0]);
    if (entry) take(entry, frame, received);
    else if (early.size < 500) early.set(frame[0], [...(early.get(frame[0]) ?? []), frame].slice(-20));
  }
}

function take(entry, frame, received = performance.now()) {
  const kind = frame[2];
  if (kind === 's') { entry.labels = frame[3]; entry.handlers.forEach(handler => handler.series?.(frame[3])); return; }
  if (kind === 'g') { entry.handlers.forEach(handler => handler.gap?.()); return; }
  if (kind === 'e') { entry.fault = frame[3]; entry.handlers.forEach(handler => handler.fault?.(frame[3])); return; }
  entry.fault = null;
  if (kind === 'l') { entry.handlers.forEach(handler => handler.lines?.(frame[3], frame[4])); return; }
  entry.seq = frame[1];
  entry.last = { at: kind, values: frame.slice(3), received };
  learnClock(kind);
  entry.handlers.forEach(handler => handler.point(kind, entry.last.values, received));
}

function learnClock(serverTime) {
  const lead = serverTime - Date.now();
  // The frame with the shortest way tells the clock best; a slow drift lets it be corrected.
  serverLead = serverLead === null ? lead : lead > serverLead ? lead : serverLead + (lead - serverLead) * 0.01;
}

function heard() {
  heardAt = performance.now();
  if (document.documentElement.dataset.stale !== undefined) tell();
}

function build() {
  const built = new HubConnectionBuilder()
    .withUrl(new URL('hubs/live', document.baseURI).href, { transport: HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents })
    .configureLogging(LogLevel.None)
    .build();
  built.serverTimeoutInMilliseconds = 20000;
  built.on('f', receive);
  built.onclose(() => { if (built === connection) { up = false; lost(); } });
  return built;
}

function start() {
  if (starting || up || document.visibilityState === 'hidden' && hiddenTimer === -1) return;
  starting = (async () => {
    connection = build();
    try {
      await connection.start();
      up = true;
      attempt = 0;
      heard();
    } catch (fault) {
      // Signed out meanwhile: the page's own address leads to the sign-in.
      if (fault?.statusCode === 401) { location.reload(); return; }
    } finally {
      starting = null;
    }
    if (up) { tell(); flush(); } else lost();
  })();
}

function lost() {
  byId.clear();
  early.clear();
  for (const entry of follows.values()) { entry.id = 0; waiting.add(entry); }
  tell();
  if (follows.size === 0 || hiddenTimer === -1) return;
  // Exponential with full jitter: a restarted server is not stormed by every tab at once.
  const delay = Math.min(15000, 300 * 2 ** attempt++) * (0.3 + 0.7 * Math.random());
  setTimeout(start, delay);
}

function tell() { const state = { up, staleFor: staleFor() }; listeners.forEach(listener => listener(state)); }

setInterval(() => { if (isUsed() && document.visibilityState === 'visible' && (!up || staleFor() > STALE / 2)) tell(); }, 1000);
addEventListener('online', () => { attempt = 0; if (!up && follows.size) start(); });

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') {
    hiddenTimer = setTimeout(() => { hiddenTimer = -1; connection?.stop(); }, HIDDEN_STOP);
  } else {
    if (hiddenTimer !== -1) clearTimeout(hiddenTimer);
    const slept = hiddenTimer === -1;
    hiddenTimer = 0;
    if (slept) { heardAt = performance.now(); attempt = 0; if (follows.size) start(); }
  }
});

/** Starts the connection at once, e.g. when the network is back. */
export const retry = () => { attempt = 0; if (!up && follows.size) start(); };

// What happened while a chart is open: one request a system every ten seconds, however many charts show it.
import { serverNow } from './live.js';

const EVERY = 10000;
const watched = new Map();  // system → { spans: Map(chart → { span, take }) }
let timer = 0;

/** Calls back with the markers of the last `span` milliseconds; returns how to end it. */
export function watchMarkers(system, span, take) {
  const key = system ?? '', own = {}, group = watched.get(key) ?? new Map();
  watched.set(key, group);
  group.set(own, { span, take });
  timer ||= setInterval(() => { if (document.visibilityState === 'visible') watched.forEach(read); }, EVERY);
  return () => {
    group.delete(own);
    if (!group.size) watched.delete(key);
    if (!watched.size) { clearInterval(timer); timer = 0; }
  };
}

async function read(group, system) {
  const to = Math.ceil(serverNow()), from = Math.floor(to - Math.max(...[...group.values()].map(one => one.span)));
  try {
    const response = await fetch(new URL(`api/charts/markers?${new URLSearchParams({ from, to, ...(system ? { system } : {}) })}`, document.baseURI), { headers: { accept: 'application/json' } });
    // What is drawn stays until it is known better.
    if (response.ok) { const { markers } = await response.json(); group.forEach(one => one.take(markers)); }
  } catch { /* the line in the header says that the server is away */ }
}

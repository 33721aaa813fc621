// Measures the page it is loaded on and posts batches; the format is in OpsDashboard/Metrics/Beacons/FORMAT.md. A classic script of its own, at most 4 KB.
// It stores nothing, knows no visitor, and a page that it cannot measure is left alone.
(() => {
  const me = document.currentScript;
  const key = me?.dataset.key;
  if (!key || window.opsRum) return;

  const url = new URL(`api/ingest/rum?key=${encodeURIComponent(key)}`, me.src).href;
  const every = 2000;
  const most = 40;
  let fps = [], api = [], errors = new Map(), rating, source;
  let frames = 0, since, handle;

  // Frames in full seconds. A second in which the page was busy is counted once for every second that it took.
  const frame = now => {
    if (since === undefined) since = now;
    else frames++;
    const seconds = Math.floor((now - since) / 1000);
    if (seconds) {
      const rate = Math.min(1000, Math.round(frames * 1000 / (now - since)));
      for (let i = 0; i < Math.min(seconds, 60); i++) fps.push(rate);
      frames = 0;
      since = now;
    }
    handle = requestAnimationFrame(frame);
  };
  const watch = () => {
    cancelAnimationFrame(handle);
    frames = 0;
    since = undefined;
    if (!document.hidden) handle = requestAnimationFrame(frame);
  };

  // FNV-1a of the message: enough to tell errors apart, and no text leaves the page.
  const hash = text => {
    let sum = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
    return (sum >>> 0).toString(16).padStart(8, '0');
  };
  const failed = (kind, error, message) => {
    const type = String(error?.name ?? 'Error').replace(/[^A-Za-z]/g, '').slice(0, 40) || 'Error';
    const digits = hash(String(error?.message ?? message ?? error));
    const id = kind + type + digits;
    const known = errors.get(id);
    if (known) known.count = Math.min(1000, known.count + 1);
    else if (errors.size < most) errors.set(id, { kind, class: type, hash: digits, count: 1 });
  };

  const path = text => (text.startsWith('/') ? text : '/' + text).split(/[?#]/)[0].slice(0, 200);
  const flush = () => {
    if (!fps.length && !api.length && !errors.size && rating === undefined) return;
    const batch = { v: 1, page: path(me.dataset.page ?? location.pathname) };
    if (fps.length) batch.fps = fps.slice(-60);
    if (performance.memory) batch.heap = performance.memory.usedJSHeapSize;
    if (api.length) batch.api = api;
    if (errors.size) batch.errors = [...errors.values()];
    if (rating !== undefined) Object.assign(batch, { rating, source });
    fps = [];
    api = [];
    errors = new Map();
    rating = undefined;
    navigator.sendBeacon(url, JSON.stringify(batch));
  };

  addEventListener('error', event => event instanceof ErrorEvent && failed('error', event.error, event.message));
  addEventListener('unhandledrejection', event => failed('rejection', event.reason));
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) flush();
    watch();
  });
  addEventListener('pagehide', flush);
  try {
    new PerformanceObserver(list => {
      for (const entry of list.getEntries()) {
        if (api.length < most && /^(fetch|xmlhttprequest)$/.test(entry.initiatorType) && !entry.name.startsWith(url.split('?')[0]))
          api.push({ path: path(new URL(entry.name).pathname), ms: Math.min(600000, Math.round(entry.duration * 10) / 10) });
      }
    }).observe({ type: 'resource', buffered: true });
  } catch {
    // An old browser: without timings.
  }

  window.opsRum = {
    rate(points, from = 'survey') {
      if (points >= 1 && points <= 5) [rating, source] = [points, from];
    },
  };
  setInterval(() => document.hidden || flush(), every);
  watch();
})();

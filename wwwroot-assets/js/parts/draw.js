// Colours of the tokens for canvases, and one queue of drawings on animation frames.
let cache = new Map();
const themed = new Set();

export function token(name) {
  if (!cache.has(name)) cache.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  return cache.get(name);
}

/** Calls back after the theme changed. */
export const onTheme = callback => { themed.add(callback); return () => themed.delete(callback); };

new MutationObserver(() => { cache = new Map(); themed.forEach(callback => callback()); }).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });

const due = new Set();
let asked = 0;

/** Draws once in the next animation frame, however often it is asked for. */
export function drawSoon(draw) {
  due.add(draw);
  asked ||= requestAnimationFrame(() => {
    asked = 0;
    const now = [...due];
    due.clear();
    now.forEach(draw => draw());
  });
}

/** Whether the element is on screen; what is not needs no drawing. */
const seen = new WeakMap();
const watcher = new IntersectionObserver(entries => entries.forEach(entry => { const state = seen.get(entry.target); if (state) { state.on = entry.isIntersecting; if (entry.isIntersecting) state.shown(); } }), { rootMargin: '100px' });
export function watchSight(element, shown) { const state = { on: false, shown }; seen.set(element, state); watcher.observe(element); return { get on() { return state.on; }, end() { watcher.unobserve(element); seen.delete(element); } }; }

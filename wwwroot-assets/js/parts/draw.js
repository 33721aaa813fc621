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

const BUDGET = 6;  // ms of an animation frame: the rest of its 16 belong to scrolling, typing and the browser itself
const due = new Set();
let asked = 0;

/** Draws once in the next animation frame, however often it is asked for; what does not fit into that frame's share is drawn in those that follow. */
export function drawSoon(draw) {
  due.add(draw);
  asked ||= requestAnimationFrame(drawDue);
}

function drawDue() {
  const until = performance.now() + BUDGET;
  asked = 0;
  for (const draw of [...due]) {
    due.delete(draw);
    draw();
    if (performance.now() >= until) break;
  }
  if (due.size) asked ||= requestAnimationFrame(drawDue);
}

/** Whether the element is on screen; what is not needs no drawing. */
const seen = new WeakMap();
const watcher = new IntersectionObserver(entries => entries.forEach(entry => { const state = seen.get(entry.target); if (state) { state.on = entry.isIntersecting; if (entry.isIntersecting) state.shown(); } }), { rootMargin: '100px' });
export function watchSight(element, shown) { const state = { on: false, shown }; seen.set(element, state); watcher.observe(element); return { get on() { return state.on; }, end() { watcher.unobserve(element); seen.delete(element); } }; }

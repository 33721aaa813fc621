// What a chart shows besides its lines: bands, target and limits, markers, spans without data. Drawn into uPlot's canvas.
import { token } from './draw.js';
import { format } from './units.js';

const upward = comparison => comparison === 'atLeast' || comparison === 'above';

export function paintBands(u, bands) {
  for (const [name, color] of [['warning', '--warning-soft'], ['critical', '--critical-soft']]) {
    const limit = bands?.[name];
    if (!limit) continue;
    const { ctx, bbox } = u, edge = u.valToPos(limit.value, 'y', true);
    const [top, bottom] = upward(limit.comparison) ? [bbox.top, Math.min(edge, bbox.top + bbox.height)] : [Math.max(edge, bbox.top), bbox.top + bbox.height];
    if (bottom <= top) continue;
    ctx.save(); ctx.globalAlpha = .55; ctx.fillStyle = token(color); ctx.fillRect(bbox.left, top, bbox.width, bottom - top); ctx.restore();
  }
}

/** Between what the value usually lies: quiet, behind everything. */
export function paintUsual(u, usual, unit) {
  if (!usual) return;
  const { ctx, bbox } = u, ratio = devicePixelRatio || 1, high = Math.max(u.valToPos(usual[1], 'y', true), bbox.top), low = Math.min(u.valToPos(usual[0], 'y', true), bbox.top + bbox.height);
  if (low < high) return;
  ctx.save(); ctx.globalAlpha = .5; ctx.fillStyle = token('--ok-soft'); ctx.fillRect(bbox.left, high, bbox.width, Math.max(low - high, ratio)); ctx.globalAlpha = 1;
  ctx.font = `${11 * ratio}px ${token('--font')}`; ctx.fillStyle = token('--text-3'); ctx.textAlign = 'center'; ctx.fillText(`usual ${format(usual[0], unit)} – ${format(usual[1], unit)}`, bbox.left + bbox.width / 2, Math.min(low + 13 * ratio, bbox.top + bbox.height - 4 * ratio)); ctx.restore();
}

/** When the alert of this page was pending and firing. */
export function paintPhases(u, spans, now) {
  const { ctx, bbox } = u;
  for (const { kind, from, to } of spans) {
    if (!from) continue;
    const left = Math.max(bbox.left, u.valToPos(from, 'x', true)), right = Math.min(bbox.left + bbox.width, u.valToPos(to ?? now, 'x', true));
    if (right <= left) continue;
    ctx.save(); ctx.fillStyle = token(kind === 'firing' ? '--critical-soft' : '--warning-soft'); ctx.fillRect(left, bbox.top, right - left, bbox.height); ctx.restore();
  }
}

const LINES = { target: ['--target', [2, 4], '--ok'], limit: ['--limit', [6, 4], '--critical'], capacity: ['--warning-line', [1, 3], '--warning'] };

export function paintLines(u, lines, unit) {
  const { ctx, bbox } = u, ratio = devicePixelRatio || 1;
  ctx.save();
  ctx.font = `${11 * ratio}px ${token('--font')}`;
  const taken = [];
  for (const { kind, value, text } of lines) {
    const [stroke, dash, ink] = LINES[kind] ?? LINES.limit;
    let y = u.valToPos(value, 'y', true);
    const above = y < bbox.top, below = y > bbox.top + bbox.height;
    if (!above && !below) {
      ctx.beginPath(); ctx.setLineDash(dash.map(part => part * ratio)); ctx.lineWidth = ratio; ctx.strokeStyle = token(stroke);
      ctx.moveTo(bbox.left, Math.round(y) + .5); ctx.lineTo(bbox.left + bbox.width, Math.round(y) + .5); ctx.stroke();
    }
    const label = `${text || `${kind} ${format(value, unit)}`}${above ? ' ↑' : below ? ' ↓' : ''}`, right = kind === 'target';
    y = above ? bbox.top + 13 * ratio : below ? bbox.top + bbox.height - 4 * ratio : y - 4 * ratio < bbox.top + 10 * ratio ? y + 13 * ratio : y - 4 * ratio;
    // Two texts from the two ends share a line where both fit.
    const width = ctx.measureText(label).width;
    while (taken.some(([place, side, other]) => (side === right || other + width > bbox.width - 20 * ratio) && Math.abs(place - y) < 12 * ratio)) y += 13 * ratio;
    taken.push([y, right, width]);
    ctx.fillStyle = token(ink); ctx.textAlign = right ? 'right' : 'left';
    ctx.fillText(label, right ? bbox.left + bbox.width - 4 * ratio : bbox.left + 4 * ratio, y);
  }
  ctx.restore();
}

export function paintUnknown(u, spans) {
  const { ctx, bbox } = u, ratio = devicePixelRatio || 1;
  for (const [from, to, before] of spans) {
    const left = Math.max(bbox.left, u.valToPos(from, 'x', true)), right = Math.min(bbox.left + bbox.width, u.valToPos(to, 'x', true));
    if (right - left < 2) continue;
    ctx.save(); ctx.beginPath(); ctx.rect(left, bbox.top, right - left, bbox.height); ctx.clip();
    // Before the first sample nothing was lost: one quiet word, no alarm.
    if (before) { if (right - left > 90 * ratio) { ctx.fillStyle = token('--text-3'); ctx.font = `${11 * ratio}px ${token('--font')}`; ctx.textAlign = 'center'; ctx.fillText('not collected yet', (left + right) / 2, bbox.top + bbox.height / 2); } ctx.restore(); continue; }
    ctx.fillStyle = token('--unknown-soft'); ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.strokeStyle = token('--unknown-line'); ctx.lineWidth = ratio; ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += 8 * ratio) { ctx.moveTo(x, bbox.top + bbox.height); ctx.lineTo(x + bbox.height, bbox.top); }
    ctx.stroke();
    if (right - left > 60 * ratio) { ctx.fillStyle = token('--unknown'); ctx.font = `${11 * ratio}px ${token('--font')}`; ctx.textAlign = 'center'; ctx.fillText('no data', (left + right) / 2, bbox.top + 14 * ratio); }
    ctx.restore();
  }
}

// When a rule would have fired: as it is in a strip at the foot, as it is being changed in bands over the whole height.
export function paintSpans(u, spans) {
  const { ctx, bbox } = u, ratio = devicePixelRatio || 1, foot = bbox.top + bbox.height;
  ctx.save();
  ctx.beginPath(); ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height); ctx.clip();
  for (const { track, from, to } of spans) {
    const x = u.valToPos(from, 'x', true), width = Math.max(2 * ratio, u.valToPos(to, 'x', true) - x), changed = track === 'changed';
    if (x > bbox.left + bbox.width || x + width < bbox.left) continue;
    if (changed) { ctx.globalAlpha = .16; ctx.fillStyle = token('--critical'); ctx.fillRect(x, bbox.top, width, bbox.height); }
    ctx.globalAlpha = 1; ctx.fillStyle = token(changed ? '--critical' : '--text-3'); ctx.fillRect(x, foot - (changed ? 6 : 12) * ratio, width, 5 * ratio);
  }
  ctx.restore();
}

/** The marker whose line or diamond is under the pointer. */
export function markerAt(u, markers, event) {
  const box = u.over.getBoundingClientRect(), x = event.clientX - box.left;
  if (event.clientY < box.top - 14 || event.clientY > box.bottom) return null;
  return markers.findLast(({ at }) => Math.abs(u.valToPos(at, 'x') - x) <= 6) ?? null;
}

const MARKER = { deployment: '--marker', change: '--marker', run: '--accent', alert: '--critical', warning: '--warning', anomaly: '--unknown', incident: '--critical', fault: '--warning' };
const HOUR = 3600000;

// The hour of the day that is usually the busiest, on every day in sight.
export function paintPeak(u, hour) {
  const { ctx, bbox } = u, { min, max } = u.scales.x, ratio = devicePixelRatio || 1;
  if (hour === null || !min) return;
  ctx.save();
  ctx.beginPath(); ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height); ctx.clip();
  for (let from = Math.floor(min / (24 * HOUR)) * 24 * HOUR + hour * HOUR - 24 * HOUR; from < max; from += 24 * HOUR) {
    if (from + HOUR < min) continue;
    const left = u.valToPos(from, 'x', true), right = u.valToPos(from + HOUR, 'x', true), shown = Math.min(right, bbox.left + bbox.width) - Math.max(left, bbox.left);
    ctx.fillStyle = token('--accent-soft'); ctx.fillRect(left, bbox.top, right - left, bbox.height);
    if (shown > 70 * ratio) { ctx.fillStyle = token('--text-2'); ctx.font = `${11 * ratio}px ${token('--font')}`; ctx.textAlign = 'left'; ctx.fillText('peak hour', Math.max(left, bbox.left) + 6 * ratio, bbox.top + bbox.height - 6 * ratio); }
  }
  ctx.restore();
}

// Alerts that fire together are one shade: laid over one another they would hide the lines.
function shade(u, spans, color) {
  const { ctx, bbox } = u;
  let end = -Infinity;
  ctx.globalAlpha = .12; ctx.fillStyle = color;
  for (const { at, until } of spans.toSorted((a, b) => a.at - b.at)) {
    const from = Math.max(at, end);
    if (until <= from) continue;
    const x = u.valToPos(from, 'x', true);
    ctx.fillRect(x, bbox.top, Math.max(1, u.valToPos(until, 'x', true) - x), bbox.height);
    end = until;
  }
  ctx.globalAlpha = 1;
}

export function paintMarkers(u, markers) {
  const { ctx, bbox } = u, ratio = devicePixelRatio || 1, colorOf = kind => token(MARKER[kind] ?? '--marker');
  ctx.save();
  ctx.beginPath(); ctx.rect(bbox.left, bbox.top - 8 * ratio, bbox.width, bbox.height + 8 * ratio); ctx.clip();
  for (const kind of new Set(markers.map(marker => marker.kind))) shade(u, markers.filter(marker => marker.kind === kind && marker.until), colorOf(kind));
  const inSight = markers.map(marker => ({ ...marker, x: u.valToPos(marker.at, 'x', true) })).filter(({ x }) => x >= bbox.left && x <= bbox.left + bbox.width), rows = [];
  for (const { x, kind, text } of inSight) {
    const color = colorOf(kind), r = 4.5 * ratio, y = bbox.top + 1;
    ctx.strokeStyle = color; ctx.globalAlpha = .55; ctx.lineWidth = ratio; ctx.beginPath(); ctx.moveTo(Math.round(x) + .5, bbox.top); ctx.lineTo(Math.round(x) + .5, bbox.top + bbox.height); ctx.stroke(); ctx.globalAlpha = 1;
    ctx.fillStyle = color; ctx.beginPath();
    if (kind === 'anomaly') ctx.arc(x, y, r, 0, 2 * Math.PI); else { ctx.moveTo(x, y - r); ctx.lineTo(x + r, y); ctx.lineTo(x, y + r); ctx.lineTo(x - r, y); }
    ctx.fill();
    if (inSight.length > 4) continue;
    // One line a text; texts that meet stand in lines of their own.
    ctx.font = `${11 * ratio}px ${token('--font')}`;
    const shown = text.length > 42 ? `${text.slice(0, 40)}…` : text, width = ctx.measureText(shown).width, right = x > bbox.left + bbox.width * .75;
    const from = right ? x - 8 * ratio - width : x + 8 * ratio, row = rows.findIndex(taken => taken.every(([a, b]) => from > b || from + width < a)), place = row < 0 ? rows.push([]) - 1 : row;
    rows[place].push([from - 6 * ratio, from + width + 6 * ratio]);
    ctx.fillStyle = token('--text-2'); ctx.textAlign = 'left'; ctx.fillText(shown, from, bbox.top + (12 + 13 * place) * ratio);
  }
  ctx.restore();
}

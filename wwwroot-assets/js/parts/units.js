// How a figure is written; Metrics/Charts/UnitFormat.cs says the same on the server, a test holds both to one table.
const NONE = '–', THIN = '\u202f', NBSP = '\u00a0';

const seconds = size => size === 0 ? [1, 's'] : size < 0.001 ? [1e-6, 'µs'] : size < 0.1 ? [1e-3, 'ms'] : size < 120 ? [1, 's'] : size < 7200 ? [60, 'min'] : size < 172800 ? [3600, 'h'] : [86400, 'd'];
const bytes = (size, per) => { const [scale, unit] = size < 1e3 ? [1, 'B'] : size < 1e6 ? [1e3, 'kB'] : size < 1e9 ? [1e6, 'MB'] : size < 1e12 ? [1e9, 'GB'] : [1e12, 'TB']; return [scale, unit + per]; };

export function scaleOf(value, unit) {
  const size = Math.abs(value);
  switch (unit) {
    case 'seconds': return seconds(size);
    case 'bytes': return bytes(size, '');
    case 'bytesPerSecond': return bytes(size, '/s');
    case 'ratio': return [0.01, '%'];
    case 'percent': return [1, '%'];
    case 'perSecond': return [1, '/s'];
    case 'framesPerSecond': return [1, 'fps'];
    case 'gwei': return [1, 'gwei'];
    case 'days': return [1, 'd'];
    default: return [1, ''];
  }
}

export function number(value, decimals) {
  const size = Math.abs(value);
  const places = decimals ?? (size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.01 || size === 0 ? 2 : 4);
  // toFixed rounds binary fractions down (1.005); adding a trace rounds halves away from zero, as the server does.
  let text = (Math.round((Math.abs(value) + Number.EPSILON * size) * 10 ** places) / 10 ** places).toFixed(places);
  if (decimals == null && text.includes('.')) text = text.replace(/\.?0+$/, '');
  if (value < 0 && Number(text) !== 0) text = '-' + text;
  const [whole, part] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  return part ? `${grouped}.${part}` : grouped;
}

const join = (text, suffix) => !suffix ? text : suffix[0] === '/' ? text + suffix : text + NBSP + suffix;

export function format(value, unit, decimals) {
  if (value == null || Number.isNaN(value)) return NONE;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  const [scale, suffix] = scaleOf(value, unit);
  return join(number(value / scale, decimals), suffix);
}

// Axis labels share one scale, chosen by the largest value.
export function formatAll(values, unit) {
  const [scale, suffix] = scaleOf(Math.max(...values.map(Math.abs), 0), unit);
  const distance = values.length > 1 ? Math.abs(values[1] - values[0]) / scale : 1;
  const places = Math.max(0, Math.min(6, -Math.floor(Math.log10(distance || 1) + 1e-9)));
  return values.map(value => join(number(value / scale, places), suffix));
}

const holds = (limit, value) => limit && ({ below: value < limit.value, atMost: value <= limit.value, atLeast: value >= limit.value, above: value > limit.value })[limit.comparison];

export const stateOf = (bands, value) => value == null ? 'unknown' : holds(bands?.critical, value) ? 'critical' : holds(bands?.warning, value) ? 'warning' : '';

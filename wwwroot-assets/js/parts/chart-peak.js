// The peak of a figure: the busiest hour of the day by the last seven days, the highest value of the last 24 hours.
import { format } from './units.js';
import { clock, day } from './times.js';

const HOUR = 3600000;

/** { peak: { hour, hours, highest, highestAt } or null, text for people }. */
export async function readPeak(panel) {
  try {
    const response = await fetch(new URL(`api/charts/peak?${new URLSearchParams({ expr: panel.queries[0].expression, hours: panel.peakHours })}`, document.baseURI), { headers: { accept: 'application/json' } });
    if (!response.ok) return { peak: null, text: 'The peak could not be read.' };
    const peak = await response.json();
    return { peak, text: said(peak, panel.unit) };
  } catch {
    return { peak: null, text: 'The peak could not be read.' };
  }
}

function said({ hour, hours, highest, highestAt }, unit) {
  if (hour === null || highest === null) return 'No peak yet: nothing was recorded in the last 24 hours.';
  const from = Math.floor(Date.now() / (24 * HOUR)) * 24 * HOUR + hour * HOUR, today = day(highestAt) === day(Date.now());
  return `Peak of the day ${format(highest, unit)} at ${today ? '' : `${day(highestAt)}, `}${clock(highestAt, undefined, false)} · peak hour ${clock(from, undefined, false)}–${clock(from + HOUR, undefined, false)}, by ${hours} ${hours === 1 ? 'hour' : 'hours'} on record`;
}

/**
 * Dates as the reader sees them. Pure: the zone and the present moment can be passed in.
 *
 * Times are 24-hour; without a zone the browser's own is taken, for the reader is the one who looks.
 */

/** @typedef {{timeZone?: string, now?: number}} Clock `now` in seconds */

/** @type {Map<string, Intl.DateTimeFormat>} making one is slow, so each is kept */
const formats = new Map();

/** @param {number} unix @param {Intl.DateTimeFormatOptions} options @param {Clock} clock */
function part(unix, options, clock) {
  const key = JSON.stringify([options, clock.timeZone]);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", { ...options, timeZone: clock.timeZone });
    formats.set(key, format);
  }
  return format.format(new Date(unix * 1000));
}

/** @param {number} unix @param {Clock} clock */
const isoDay = (unix, clock) => {
  const [month, day, year] = part(unix, { year: "numeric", month: "2-digit", day: "2-digit" }, clock).split(
    "/",
  );
  return `${year}-${month}-${day}`;
};

/** @param {number} day */
function ordinal(day) {
  if (day % 100 >= 11 && day % 100 <= 13) return `${day}th`;
  return day + (["th", "st", "nd", "rd"][day % 10] ?? "th");
}

/** @param {number} unix @param {Clock} clock */
function fullDate(unix, clock) {
  const day = Number(part(unix, { day: "numeric" }, clock));
  return `${part(unix, { month: "long" }, clock)} ${ordinal(day)}, ${part(unix, { year: "numeric" }, clock)}`;
}

/** "today", "yesterday", "tomorrow" or null. @param {number} unix @param {Clock} clock */
function nearDay(unix, clock) {
  const now = clock.now ?? Date.now() / 1000;
  const day = isoDay(unix, clock);
  if (day === isoDay(now, clock)) return "today";
  if (day === isoDay(now - 86400, clock)) return "yesterday";
  if (day === isoDay(now + 86400, clock)) return "tomorrow";
  return null;
}

/** @param {number} unix @param {Clock} clock */
function ago(unix, clock) {
  const seconds = (clock.now ?? Date.now() / 1000) - unix;
  const size = Math.abs(seconds);
  /** @type {[number, string][]} */
  const steps = [
    [31536000, "year"],
    [2592000, "month"],
    [86400, "day"],
    [3600, "hour"],
    [60, "minute"],
  ];
  const [length, unit] = steps.find(([step]) => size >= step) ?? [1, "second"];
  const count = Math.floor(size / length);
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds >= 0 ? `${words} ago` : `in ${words}`;
}

/** @type {Record<string, (unix: number, clock: Clock) => string>} */
const TOKENS = {
  date_num: isoDay,
  date_slash: (unix, clock) => part(unix, { year: "numeric", month: "numeric", day: "numeric" }, clock),
  date: fullDate,
  date_short: (unix, clock) => part(unix, { month: "short", day: "numeric", year: "numeric" }, clock),
  date_long: (unix, clock) => `${part(unix, { weekday: "long" }, clock)}, ${fullDate(unix, clock)}`,
  time: (unix, clock) => part(unix, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, clock),
  time_secs: (unix, clock) =>
    part(unix, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }, clock),
  ago,
};
TOKENS.date_long_full = TOKENS.date_long;
TOKENS.date_pretty = (unix, clock) => nearDay(unix, clock) ?? TOKENS.date(unix, clock);
TOKENS.date_short_pretty = (unix, clock) => nearDay(unix, clock) ?? TOKENS.date_short(unix, clock);
TOKENS.date_long_pretty = (unix, clock) => nearDay(unix, clock) ?? TOKENS.date_long(unix, clock);
TOKENS.day_divider_pretty = (unix, clock) => capital(TOKENS.date_long_pretty(unix, clock));

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Fills a date format such as `{date_short_pretty} at {time}`.
 *
 * @param {number} unix seconds
 * @param {string} format unknown tokens stay as written
 * @param {Clock} [clock]
 */
export function formatDate(unix, format, clock = {}) {
  const text = format.replace(/\{(\w+)\}/g, (whole, token) => TOKENS[token]?.(unix, clock) ?? whole);
  return /^\{\w+_pretty\}/.test(format) ? capital(text) : text;
}

/** `03:14` @param {string} ts */
export const clockTime = (ts) => formatDate(Number(ts), "{time}");

/** `Today`, `Yesterday`, `Monday, February 3rd, 2025` @param {string} ts */
export const dayName = (ts) => formatDate(Number(ts), "{day_divider_pretty}");

/** `2026-11-22`, to tell days apart. @param {string} ts */
export const dayKey = (ts) => formatDate(Number(ts), "{date_num}");

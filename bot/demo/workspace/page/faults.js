/** What goes wrong on purpose, in words. Pure. */

/** @type {Record<string, (rule: any) => string>} */
const FAULTS = {
  429: ({ seconds }) => `rate limited, to wait ${seconds} s`,
  "5xx": () => "the server fails",
  latency: ({ seconds }) => `slower by ${seconds} s`,
  drop_before: () => "cut off before it is done",
  drop_after: () => "cut off after it is done",
};

/** @type {Record<string, (value: any) => string>} */
const DELIVERIES = {
  repeat: (rate) => `Deliveries: ${percent(rate)} come twice`,
  delay: (seconds) => `Deliveries: ${seconds} s late`,
  reorder: () => "Deliveries: out of order",
};

/** @param {number} rate */
const percent = (rate) => `${Math.round(rate * 1000) / 10} %`;

/**
 * A line for each fault that is on. What nobody here knows is told as it is.
 *
 * @param {Record<string, any>} faults
 * @returns {string[]}
 */
export function faultWords({ rules = [], deliveries = {}, socket, limits, deduplicate, seed, ...others }) {
  const words = rules.filter((/** @type {any} */ rule) => rule.times !== 0).map(ruleWords);
  if (socket) words.push(`Socket: ${socket}`);
  for (const [name, value] of Object.entries(deliveries)) {
    if (!value) continue;
    words.push(DELIVERIES[name]?.(value) ?? `Deliveries: ${name} ${JSON.stringify(value)}`);
  }
  if (limits === false) words.push("Rate limits are off");
  if (deduplicate === false) words.push("Deduplication is off");
  for (const [name, value] of Object.entries(others)) {
    if (value) words.push(`${name}: ${JSON.stringify(value)}`);
  }
  return words;
}

/** @param {any} rule */
function ruleWords(rule) {
  const { method, fault, times, rate } = rule;
  const calls = method === "*" ? "calls" : `calls of ${method}`;
  const often = rate ? `${percent(rate)} of ` : "";
  const which = times ? `The next ${times === 1 ? "call" : `${times} calls`}` : `${often || "All "}${calls}`;
  const of = times && method !== "*" ? ` of ${method}` : "";
  return `${which}${of}: ${FAULTS[fault]?.(rule) ?? fault}`;
}

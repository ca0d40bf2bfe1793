/**
 * A table of the Web API calls that apps made, newest first.
 *
 * @typedef {import("./store.js").Store} Store
 */
import { formatDate } from "./dates.js";
import { fill, h, iconButton } from "./dom.js";

const MOST = 200;

export class Calls {
  /** @param {Store} store @param {{onClose: () => void}} setting */
  constructor(store, { onClose }) {
    this.store = store;
    this.rows = h("tbody");
    this.count = h("span.quiet");
    const head = h(
      "tr",
      {},
      ["Time", "Method and its limit", "Status", "ms"].map((name) => h("th", { scope: "col" }, name)),
    );
    this.empty = h("p.empty", { hidden: true }, "No app has called the Web API yet.");
    this.node = h(
      "div.panel-page",
      {},
      h(
        "header.panel-head",
        {},
        h("h2", {}, "Web API calls ", this.count),
        iconButton("close", "Close calls", { on: { click: onClose } }),
      ),
      h(
        "div.calls-scroll",
        { tabindex: 0, role: "region", "aria-label": "Calls, scrollable" },
        h("table.calls", {}, h("thead", {}, head), this.rows),
        this.empty,
      ),
    );
  }

  update() {
    const calls = this.store.calls.slice(-MOST).reverse();
    this.count.textContent = this.store.calls.length ? String(this.store.calls.length) : "";
    this.empty.hidden = calls.length > 0;
    fill(this.rows, calls.map(row));
  }
}

/** The names of tiers that are not numbers, in words. @type {Record<string, string>} */
const TIERS = { posting: "Posting in a channel", special: "Special" };

/**
 * What a call counts against: as far as the workspace tells.
 *
 * @param {any} call
 */
function limitWords({ tier, limit, left }) {
  const number = String(tier ?? "").match(/^(?:tier[ _-]?)?(\d)$/i)?.[1];
  const known = number ? `Tier ${number}` : (TIERS[tier] ?? tier);
  const rate = typeof limit === "number" ? `${limit}/min` : limit;
  const rest = typeof left === "number" ? `${left} left` : "";
  return [known, rate, rest]
    .filter(Boolean)
    .map((words) => (typeof words === "string" ? words : JSON.stringify(words)))
    .join(" · ");
}

/** A method's name, which may break after its dots and before its capitals. @param {string} name */
const breakable = (name) =>
  name.split(/(?<=\.)|(?=[A-Z][a-z])/).map((piece, index) => [index > 0 && h("wbr"), piece]);

/** @param {any} call */
function row(call) {
  const good = Number(call.status) < 300 && !call.error;
  const limit = limitWords(call);
  const notes = [call.error, call.fault && `fault: ${call.fault}`].filter(Boolean);
  return h(
    "tr",
    { class: good ? "" : "bad" },
    h("td", {}, h("time", {}, formatDate(Number(call.time), "{time_secs}"))),
    h("td", {}, h("code", {}, breakable(call.method)), limit && h("small.call-note", {}, limit)),
    h(
      "td",
      {},
      String(call.status || "dropped"),
      notes.map((text) => h("small.call-note", {}, text)),
    ),
    h("td.number", {}, String(Math.round((call.seconds ?? 0) * 1000))),
  );
}

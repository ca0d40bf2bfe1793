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
      ["Time", "Method", "Status", "ms"].map((name) => h("th", { scope: "col" }, name)),
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

/** @param {any} call */
function row(call) {
  const good = Number(call.status) < 300 && !call.error;
  const status = [call.status || "dropped", call.error, call.fault && `fault: ${call.fault}`]
    .filter(Boolean)
    .join(" · ");
  return h(
    "tr",
    { class: good ? "" : "bad" },
    h("td", {}, h("time", {}, formatDate(Number(call.time), "{time_secs}"))),
    h("td", {}, h("code", {}, call.method)),
    h("td", {}, status),
    h("td.number", {}, String(Math.round((call.seconds ?? 0) * 1000))),
  );
}

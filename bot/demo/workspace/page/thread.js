/**
 * A thread beside its channel, or over it on a phone.
 *
 * @typedef {import("./store.js").Store} Store
 */
import { Composer } from "./composer.js";
import { h, icon, iconButton } from "./dom.js";
import { Feed } from "./feed.js";

export class Thread {
  /** @param {Store} store @param {string} ts the parent's @param {{onClose: () => void}} setting */
  constructor(store, ts, { onClose }) {
    this.ts = ts;
    this.owner = "";
    const channel = store.channels.get(store.place.channel ?? "");
    this.feed = new Feed(store, {
      label: "Thread messages",
      thread: ts,
      empty: () => [h("p.empty", {}, "This thread is empty.")],
    });
    this.composer = new Composer(store, { thread: ts, onSent: () => this.feed.toEnd() });
    const title = h("h2", {}, "Thread ", h("span.quiet", {}, icon("hash"), channel?.name ?? ""));
    const close = iconButton("close", "Close thread", { on: { click: onClose } });
    this.node = h(
      "div.panel-page",
      {},
      h("header.panel-head", {}, title, close),
      this.feed.node,
      this.composer.node,
    );
  }

  update() {
    this.feed.update();
  }

  /** Called when it has come into sight. */
  opened() {
    this.composer.open("Reply in thread");
    this.update();
    if (!matchMedia("(hover: none)").matches) this.composer.field.focus({ preventScroll: true });
  }

  close() {
    this.feed.close();
  }
}

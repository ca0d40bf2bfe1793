/**
 * An app's Home.
 *
 * @typedef {import("./store.js").Store} Store
 */
import { api } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { focusIn, restoreFocus } from "./carry.js";
import { readValues } from "./controls.js";
import { h } from "./dom.js";

export class Home {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.page = h("div.home-page.blocks", { tabindex: -1 });
    this.node = h("div.home", { tabindex: 0, role: "region", "aria-label": "App home" }, this.page);
    this.look = "";
  }

  update() {
    const { home, me, place } = this.store;
    const look = JSON.stringify([home, me, place.app]);
    if (look === this.look) return;
    this.look = look;
    const focus = focusIn(this.page);
    const saved = readValues(this.page);
    const scope = {
      store: this.store,
      surface: /** @type {const} */ ("home"),
      saved,
      act: (/** @type {any} */ action) => this.act(action),
    };
    this.page.replaceChildren(...(home?.blocks ? drawBlocks(home.blocks, scope) : [this.empty()]));
    restoreFocus(this.page, focus);
  }

  /** @param {any} action */
  act(action) {
    return api.act({ user: this.store.me, view_id: this.store.home?.id, ...action });
  }

  empty() {
    return h(
      "div.empty",
      {},
      h("h2", {}, "Nothing here yet"),
      h("p", {}, "The app has not published a Home for this person."),
    );
  }
}

/**
 * The system beside the workspace: how it is, the buttons that break it and mend it, its terminal.
 *
 * @typedef {import("./store.js").Store} Store
 */
import { api, inWords } from "./api.js";
import { fill, h, iconButton } from "./dom.js";
import { Terminal } from "./terminal.js";
import { toast } from "./toast.js";

export class SystemPanel {
  /** @param {Store} store @param {{onClose: () => void}} setting */
  constructor(store, { onClose }) {
    this.store = store;
    this.title = h("h2", { tabindex: -1 });
    this.close = iconButton("close", "Close", { on: { click: onClose } });
    this.says = h("p.system-says", { role: "status" });
    this.groups = h("div.system-groups");
    this.buttons = h("div.system-buttons", { role: "group", "aria-label": "Break it, and mend it" });
    this.terminal = new Terminal(store);
    this.pressed = "";
    /** @type {Record<string, string>} what each part was drawn from, so that focus stays */
    this.drawn = {};
    this.node = h(
      "div.panel-page.system",
      {},
      h("header.panel-head", {}, this.title, this.close),
      h(
        "div.system-scroll",
        { tabindex: 0, role: "region", "aria-label": "How it is, scrollable" },
        this.says,
        this.groups,
        this.buttons,
      ),
      this.terminal.node,
    );
  }

  update() {
    const { system } = this.store;
    if (!system) return;
    this.title.textContent = system.name;
    this.close.setAttribute("aria-label", `Close ${system.name}`);
    this.close.title = `Close ${system.name}`;
    // Read aloud when it changes, and only then.
    if (this.says.textContent !== system.seen.says) this.says.textContent = system.seen.says;
    this.says.classList.toggle("bad", !system.seen.good);
    this.redraw("groups", system.seen.groups, () => system.seen.groups.map(drawGroup));
    this.redraw("buttons", system.presses, () => system.presses.map((/** @type {any} */ one) => this.button(one)));
    this.terminal.update();
  }

  /** @param {"groups" | "buttons"} part @param {any} from @param {() => any[]} draw */
  redraw(part, from, draw) {
    const now = JSON.stringify(from);
    if (this.drawn[part] === now) return;
    this.drawn[part] = now;
    fill(this[part], draw());
  }

  /** @param {any} press */
  button({ id, label, says, mends }) {
    const button = h(
      "button.button.small",
      { type: "button", class: mends ? "mends" : "", title: says, "aria-description": says },
      label,
    );
    button.addEventListener("click", async () => {
      if (this.pressed) return;
      this.pressed = id;
      button.setAttribute("aria-busy", "true");
      const answer = await api.press({ user: this.store.me, press: id });
      button.removeAttribute("aria-busy");
      this.pressed = "";
      if (!answer.ok) toast(inWords(answer, label));
    });
    return button;
  }

  /** Called when it has come into sight. */
  opened() {
    this.update();
    this.terminal.toEnd();
    if (matchMedia("(hover: none)").matches) this.title.focus({ preventScroll: true });
    else this.terminal.field.focus({ preventScroll: true });
  }
}

/** @param {any} group */
function drawGroup({ title, rows }) {
  return h(
    "section.system-group",
    { "aria-label": title },
    h("h3", {}, title),
    h("ul", {}, rows.map(drawRow)),
  );
}

/** @param {any} row */
function drawRow({ name, mark, state, facts, hash }) {
  return h(
    "li.system-row",
    { data: { row: name } },
    h(
      "p.system-name",
      {},
      h("span.mark", { class: `mark-${mark}`, "aria-hidden": "true" }),
      h("strong", {}, name),
      h("span.system-state", { class: `state-${mark}` }, state),
      hash && h("code", {}, hash),
    ),
    facts.map((/** @type {string} */ fact) => h("p.system-fact", {}, fact)),
  );
}

/**
 * The terminal of the system beside the workspace: one line, what was typed, and what came of it.
 *
 * The commands that a board shows are put into the line by one press. Nothing is run before a
 * person has it in the line and presses Run, or Enter.
 *
 * @typedef {import("./store.js").Store} Store
 */
import { api, inWords } from "./api.js";
import { commandsAtHand } from "./command.js";
import { fill, h } from "./dom.js";
import { displayName } from "./people.js";

const NEAR = 24;

export class Terminal {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.log = h("div.terminal-log", { role: "log", "aria-label": "What was run" });
    this.scroller = h(
      "div.terminal-scroll",
      { tabindex: 0, role: "region", "aria-label": "What was run, scrollable" },
      this.log,
    );
    /** Whether the reader is at the end; what comes below it then stays in sight. */
    this.following = true;
    this.scroller.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.scroller;
      this.following = scrollHeight - scrollTop - clientHeight < NEAR;
    });
    this.hand = h("div.at-hand", { role: "group", "aria-label": "Commands on the board" });
    this.trouble = h("p.field-error", { id: "terminal-trouble", role: "alert", hidden: true });
    this.field = h("input.field.terminal-line", {
      type: "text",
      id: "terminal-line",
      autocomplete: "off",
      spellcheck: "false",
      enterkeyhint: "go",
      "aria-describedby": "terminal-trouble",
      on: { keydown: (/** @type {KeyboardEvent} */ event) => this.recall(event) },
    });
    this.go = h("button.button.small.primary", { type: "submit" }, "Run");
    /** @type {Map<number, {node: HTMLElement, signature: string}>} */
    this.drawn = new Map();
    this.offered = "";
    /** @type {number | null} how far back the arrow keys are */
    this.back = null;
    this.node = h(
      "section.terminal",
      { "aria-label": "Terminal" },
      this.scroller,
      h(
        "div.terminal-foot",
        {},
        this.hand,
        this.trouble,
        h(
          "form.terminal-form",
          { on: { submit: (/** @type {Event} */ event) => this.submit(event) } },
          h("label.unseen", { for: "terminal-line" }, "Command"),
          this.field,
          this.go,
        ),
      ),
    );
  }

  /** Puts a line there, to be run by the next press. @param {string} line */
  put(line) {
    this.field.value = line;
    this.tell("");
    this.go.focus();
  }

  update() {
    const { store } = this;
    const lines = store.system?.lines ?? [];
    const kept = new Set(lines.map((/** @type {any} */ { number }) => number));
    for (const [number, { node }] of this.drawn) {
      if (kept.has(number)) continue;
      node.remove();
      this.drawn.delete(number);
    }
    for (const line of lines) this.draw(line);
    this.scroller.hidden = !lines.length;
    this.field.placeholder = `${store.system?.prompt ?? ""} …`;
    this.offer(commandsAtHand(store.apps, store.channelMessages ?? [], store.beside?.prompt));
    if (this.following) this.toEnd();
  }

  toEnd() {
    this.following = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** @param {any} line */
  draw(line) {
    const signature = JSON.stringify(line);
    const known = this.drawn.get(line.number);
    if (known?.signature === signature) return;
    const node = drawLine(line, this.store);
    if (known) known.node.replaceWith(node);
    else this.log.append(node);
    this.drawn.set(line.number, { node, signature });
  }

  /** @param {string[]} commands */
  offer(commands) {
    const now = JSON.stringify(commands);
    if (now === this.offered) return;
    this.offered = now;
    this.hand.hidden = !commands.length;
    fill(
      this.hand,
      h("p.quiet", {}, "On the board:"),
      commands.map((command) =>
        h(
          "button.command",
          { type: "button", title: "Put it into the line", on: { click: () => this.put(command) } },
          command,
        ),
      ),
    );
  }

  /** @param {Event} event */
  async submit(event) {
    event.preventDefault();
    const line = this.field.value.trim();
    if (!line || this.go.hasAttribute("aria-busy")) return;
    this.tell("");
    this.go.setAttribute("aria-busy", "true");
    const answer = await api.runLine({ user: this.store.me, line });
    this.go.removeAttribute("aria-busy");
    this.back = null;
    if (answer.ok) {
      if (this.field.value.trim() === line) this.field.value = "";
    } else {
      this.tell(answer.error === "not_allowed" ? answer.message : inWords(answer, "The command"));
      this.field.focus();
    }
    this.toEnd();
    // Where all of the panel scrolls, what was printed may be out of sight.
    this.log.lastElementChild?.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} words */
  tell(words) {
    this.trouble.textContent = words;
    this.trouble.hidden = !words;
    this.field.setAttribute("aria-invalid", String(Boolean(words)));
  }

  /** What was typed before comes back by the arrow keys. @param {KeyboardEvent} event */
  recall(event) {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const typed = (this.store.system?.lines ?? []).map((/** @type {any} */ { line }) => line);
    if (!step || !typed.length) return;
    event.preventDefault();
    const back = (this.back ?? 0) + step;
    this.back = Math.max(0, Math.min(typed.length, back));
    this.field.value = this.back ? typed[typed.length - this.back] : "";
  }
}

/** @param {any} line @param {Store} store */
function drawLine({ line, user, status, output }, store) {
  const ended = status === null ? "running…" : status ? `exit status ${status}` : "";
  return h(
    "div.terminal-entry",
    {},
    h(
      "p.terminal-typed",
      {},
      h("span", { "aria-hidden": "true" }, "$ "),
      h("code", {}, line),
      h("span.quiet", {}, ` ${displayName(store.users.get(user))}`),
    ),
    output && h("pre", {}, output.trimEnd()),
    ended && h("p.terminal-end", { class: status ? "bad" : "" }, ended),
  );
}

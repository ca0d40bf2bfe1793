/**
 * A list of messages that follows the store: only what changed is redrawn, and the reader's place,
 * focus and half-typed values stay.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./store.js").Message} Message
 */
import { focusIn, keepOpen, restoreFocus } from "./carry.js";
import { readValues } from "./controls.js";
import { dayKey, dayName } from "./dates.js";
import { h, icon } from "./dom.js";
import { isEdited } from "./editor.js";
import { drawMessage } from "./message.js";

const GROUP_SECONDS = 300;
const NEAR = 48;

export class Feed {
  /**
   * @param {Store} store
   * @param {{label: string, thread: string | null, empty: () => Node[]}} setting
   */
  constructor(store, { label, thread, empty }) {
    this.store = store;
    this.thread = thread;
    this.empty = empty;
    this.list = h("div.feed-list", { role: "log", "aria-label": label, "aria-live": "off" });
    this.scroller = h(
      "div.feed-scroll",
      { tabindex: 0, role: "region", "aria-label": `${label}, scrollable` },
      this.list,
    );
    this.pill = h("button.pill", { type: "button", hidden: true, on: { click: () => this.toEnd() } });
    this.node = h("div.feed", {}, this.scroller, this.pill);
    /** @type {Map<string, {node: HTMLElement, signature: string}>} */
    this.drawn = new Map();
    this.atEnd = true;
    this.unseen = 0;
    /** @type {{node: HTMLElement, top: number} | null} the line that is being read */
    this.reading = null;
    this.scroller.addEventListener("scroll", () => this.onScroll());
    this.watcher = new ResizeObserver(() => this.onResize());
    this.watcher.observe(this.list);
    this.watcher.observe(this.scroller);
  }

  onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    this.reading = this.atEnd && !this.isTall() ? null : this.firstVisible();
    if (!this.atEnd) return;
    this.unseen = 0;
    this.pill.hidden = true;
  }

  /** A window of another width breaks lines elsewhere: what is being read stays in its place. */
  onResize() {
    if (this.atEnd && !this.isTall()) this.toEnd();
    else if (this.reading?.node.isConnected) {
      const edge = this.scroller.getBoundingClientRect().top;
      const { top } = this.reading.node.getBoundingClientRect();
      this.scroller.scrollTop += top - edge - this.reading.top;
    }
  }

  /** Shows the end, but of a last message that is taller than the screen its beginning. */
  toEnd() {
    const last = this.list.lastElementChild;
    this.scroller.scrollTop = this.end();
    if (last && this.isTall())
      this.scroller.scrollTop += last.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
  }

  end() {
    return this.scroller.scrollHeight - this.scroller.clientHeight;
  }

  /** Whether the last message does not fit on the screen. */
  isTall() {
    const last = /** @type {HTMLElement | null} */ (this.list.lastElementChild);
    return last !== null && last.offsetHeight > this.scroller.clientHeight;
  }

  /** Forgets what was drawn: another place or another person. */
  reset() {
    this.drawn.clear();
    this.list.replaceChildren();
    this.atEnd = true;
    this.unseen = 0;
    this.pill.hidden = true;
  }

  /** Draws what the store holds now. */
  update() {
    const messages = this.store.shown(this.thread);
    if (!messages) return;
    const known = this.drawn.size > 0;
    const arrived = messages.filter((message) => !this.drawn.has(message.ts));
    // What was told to this person alone is brought into sight wherever they are.
    const follow = !known || (arrived.length > 0 && this.atEnd) || arrived.some(({ ephemeral }) => ephemeral);
    const anchor = follow ? null : this.firstVisible();
    const last = this.list.lastElementChild;
    const edited = this.atEnd && !this.isTall();
    this.arrange(messages);
    if (!anchor || (edited && last !== this.list.lastElementChild)) {
      this.toEnd();
      return;
    }
    // A board that grows does so below the line that is being read.
    this.scroller.scrollTop += this.moved(anchor);
    this.reading = this.firstVisible();
    this.atEnd = this.atEnd && this.scroller.scrollTop >= this.end() - 1;
    const others = arrived.filter(({ user }) => user !== this.store.me);
    if (others.length) this.announceUnseen(others.length);
  }

  /** @param {number} count */
  announceUnseen(count) {
    this.unseen += count;
    this.pill.replaceChildren(
      icon("arrow"),
      `${this.unseen} new ${this.unseen === 1 ? "message" : "messages"}`,
    );
    this.pill.hidden = false;
  }

  /** The first message on the screen, and its blocks there: they shall stand where they stand. */
  firstVisible() {
    const edge = this.scroller.getBoundingClientRect().top;
    for (const [ts, { node }] of this.drawn) {
      const { top, bottom } = node.getBoundingClientRect();
      if (bottom > edge) return { ts, node, top: top - edge, blocks: blocksBelow(node, edge) };
    }
    return null;
  }

  /**
   * How far what was being read has moved; a message that was edited is another node by now.
   *
   * @param {NonNullable<ReturnType<Feed["firstVisible"]>>} anchor
   */
  moved(anchor) {
    const edge = this.scroller.getBoundingClientRect().top;
    const node = this.drawn.get(anchor.ts)?.node ?? anchor.node;
    if (anchor.top < 0 && node !== anchor.node) {
      const now = new Map(blocksBelow(node, -Infinity));
      for (const [id, top] of anchor.blocks) {
        const there = now.get(id);
        if (there !== undefined) return there - top;
      }
    }
    return node.getBoundingClientRect().top - edge - anchor.top;
  }

  /** @param {Message[]} messages */
  arrange(messages) {
    /** @type {Node[]} */
    const wanted = [];
    /** @type {Map<string, {node: HTMLElement, signature: string}>} */
    const drawn = new Map();
    let before = /** @type {Message | null} */ (null);
    for (const message of messages) {
      const newDay = !before || dayKey(before.ts) !== dayKey(message.ts);
      if (newDay) wanted.push(this.dayLine(message.ts));
      const entry = this.draw(message, !newDay && follows(before, message));
      drawn.set(message.ts, entry);
      wanted.push(entry.node);
      if (this.thread && message.ts === this.thread) wanted.push(this.repliesLine(messages.length - 1));
      before = message.ts === this.thread ? null : message;
      if (message.ts === this.thread && messages.length > 1) before = { ...message, user: undefined };
    }
    this.drawn = drawn;
    if (!messages.length) wanted.push(...this.empty());
    reconcile(this.list, wanted);
  }

  /** @param {Message} message @param {boolean} compact */
  draw(message, compact) {
    const { store } = this;
    const author = store.users.get(message.user ?? "");
    const edited = isEdited(message, store, this.thread);
    const signature = JSON.stringify([message, compact, store.me, store.users.size, author, edited]);
    const old = this.drawn.get(message.ts);
    if (old?.signature === signature) return old;
    const saved = old ? readValues(old.node) : {};
    const node = drawMessage(message, { store: this.store, thread: this.thread, compact, saved });
    if (old) {
      keepOpen(old.node, node);
      const focus = focusIn(old.node);
      old.node.replaceWith(node);
      restoreFocus(node, focus);
    }
    return { node, signature };
  }

  /** @param {string} ts */
  dayLine(ts) {
    const key = dayKey(ts);
    const old = this.list.querySelector(`[data-day="${key}"]`);
    return old ?? h("div.day", { role: "separator", data: { day: key } }, h("span", {}, dayName(ts)));
  }

  /** @param {number} count */
  repliesLine(count) {
    return h("div.replies", {}, count ? `${count} ${count === 1 ? "reply" : "replies"}` : "No replies yet");
  }

  /** Stops watching. */
  close() {
    this.watcher.disconnect();
  }
}

/**
 * The blocks of a message that end below `edge`, each with where it begins on the screen.
 *
 * @param {HTMLElement} node
 * @param {number} edge
 * @returns {[string, number][]}
 */
function blocksBelow(node, edge) {
  const blocks = [.../** @type {NodeListOf<HTMLElement>} */ (node.querySelectorAll("[data-block-id]"))];
  return blocks
    .map((block) => /** @type {const} */ ([block.dataset.blockId ?? "", block.getBoundingClientRect()]))
    .filter(([, place]) => place.bottom > edge)
    .map(([id, place]) => [id, place.top]);
}

/**
 * Whether a message continues the one before it.
 *
 * @param {Message | null} before
 * @param {Message} message
 */
function follows(before, message) {
  return Boolean(
    before &&
    before.user === message.user &&
    before.bot_id === message.bot_id &&
    !before.ephemeral &&
    !message.ephemeral &&
    !before.blocks?.length &&
    !message.blocks?.length &&
    !message.files?.length &&
    Number(message.ts) - Number(before.ts) < GROUP_SECONDS,
  );
}

/**
 * Makes `parent` hold exactly `wanted`, moving nothing that is in its place.
 *
 * @param {Element} parent
 * @param {Node[]} wanted
 */
function reconcile(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.childNodes]) if (!keep.has(child)) child.remove();
  let at = parent.firstChild;
  for (const node of wanted) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
}

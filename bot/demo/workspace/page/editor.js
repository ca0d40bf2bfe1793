/**
 * A message of one's own, changed in its place.
 *
 * What is typed stands in the store until it is saved or given up, so that neither a redraw nor a
 * look at another channel loses it.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./store.js").Message} Message
 * @typedef {import("./message.js").Frame} Frame
 */
import { api, inWords } from "./api.js";
import { attachCompletion, offersFor } from "./completion.js";
import { h } from "./dom.js";
import { ask } from "./menu.js";
import { unescape } from "./mrkdwn.js";
import { toast } from "./toast.js";

/** The kinds of messages that people write. */
const WRITTEN = new Set([undefined, "thread_broadcast", "file_share"]);

/** @param {Message} message @param {Store} store */
export const isEditable = (message, store) =>
  message.user === store.me &&
  !message.bot_id &&
  !message.bot_id &&
  !message.ephemeral &&
  !message.blocks?.length &&
  WRITTEN.has(message.subtype);

/** @param {Message} message @param {Store} store @param {string | null} thread */
const keyOf = (message, store, thread) => `${store.noteKey(thread)}/${message.ts}`;

/** Whether it is being changed here. @param {Message} message @param {Store} store @param {string | null} thread */
export const isEdited = (message, store, thread) => store.edits.has(keyOf(message, store, thread));

/**
 * Puts the message into an editor, and the focus there.
 *
 * @param {Message} message
 * @param {Store} store
 * @param {string | null} thread the one that it is shown in
 */
export function beginEdit(message, store, thread) {
  const key = keyOf(message, store, thread);
  const active = document.activeElement;
  const from = active?.closest(".composer") ? active : null;
  if (!store.edits.has(key)) store.edits.set(key, { text: asTyped(message.text ?? "", store), from });
  store.emit("messages");
  /** @type {HTMLTextAreaElement | null} */
  const field = document.querySelector(`[data-edit="${CSS.escape(key)}"] textarea`);
  field?.focus({ preventScroll: true });
  field?.setSelectionRange(field.value.length, field.value.length);
  field?.closest(".message")?.scrollIntoView({ block: "nearest" });
}

/**
 * The last message here that the person may change.
 *
 * @param {Store} store
 * @param {string | null} thread
 */
export const lastEditable = (store, thread) =>
  [...(store.shown(thread) ?? [])].reverse().find((message) => isEditable(message, store));

/** @param {Message} message @param {Frame} frame */
export function drawEditor(message, { store, thread }) {
  const key = keyOf(message, store, thread);
  const edit = /** @type {{text: string, from: Element | null}} */ (store.edits.get(key));
  const before = asTyped(message.text ?? "", store);
  const field = h("textarea", {
    rows: 1,
    "aria-label": "Edit message",
    enterkeyhint: "done",
    spellcheck: "true",
    autocomplete: "off",
    value: edit.text,
  });
  const save = h("button.button.small.primary", { type: "submit" }, "Save");
  const cancel = h("button.button.small", { type: "button", on: { click: () => giveUp() } }, "Cancel");
  const completion = attachCompletion(field, (text) => offersFor(store, text, true));

  const resize = () => {
    save.disabled = !field.value.trim();
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  };
  const end = () => {
    store.edits.delete(key);
    store.emit("messages");
    /** @type {HTMLElement | null} */ (edit.from?.isConnected ? edit.from : null)?.focus({
      preventScroll: true,
    });
  };
  const giveUp = async () => {
    if (edit.text !== before && !(await meant())) {
      field.focus();
      return;
    }
    end();
  };
  const submit = async () => {
    const text = field.value.trim();
    if (!text || save.getAttribute("aria-busy")) return;
    if (text === before) {
      end();
      return;
    }
    save.setAttribute("aria-busy", "true");
    const answer = await api.edit(store.place.channel ?? "", message.ts, { user: store.me, text });
    save.removeAttribute("aria-busy");
    if (!answer.ok) {
      toast(inWords(answer, "Editing"));
      return;
    }
    store.edits.delete(key);
    await store.loadMessages();
    end();
  };

  field.addEventListener("input", () => {
    edit.text = field.value;
    resize();
  });
  field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (completion.handle(event) || event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      giveUp();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  });
  const node = h(
    "form.editor",
    { novalidate: true, data: { edit: key } },
    completion.node,
    h("div.editor-box", {}, field),
    h(
      "div.editor-buttons",
      {},
      h("span.quiet.editor-keys", {}, "Enter saves, Esc cancels"),
      cancel,
      save,
    ),
  );
  node.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    submit();
  });
  queueMicrotask(resize); // once it stands in the page, and so has a width
  return node;
}

/** Whether what was typed may go. */
const meant = () =>
  ask({
    title: "Discard your changes?",
    text: [document.createTextNode("The message stays as it was.")],
    confirm: "Discard",
    deny: "Keep editing",
    danger: true,
  });

/**
 * A stored text as a person types it: `@ana` for `<@U0ANA>`, an address for `<https://…>`.
 *
 * @param {string} text
 * @param {Store} store
 */
function asTyped(text, store) {
  const typed = text.replace(/<([^<>\n]+)>/g, (whole, inside) => {
    const [target, label] = inside.split("|");
    if (target.startsWith("@")) return named("@", store.users.get(target.slice(1))?.name, whole);
    if (target.startsWith("#")) return named("#", store.channels.get(target.slice(1))?.name ?? label, whole);
    if (target.startsWith("!subteam^"))
      return named("@", store.groups.get(target.slice("!subteam^".length))?.handle?.replace(/^@/, ""), whole);
    return target.startsWith("!") ? named("@", target.slice(1), whole) : target;
  });
  return unescape(typed);
}

/** @param {string} sign @param {string | undefined} name @param {string} whole */
const named = (sign, name, whole) => (name ? sign + name : whole);

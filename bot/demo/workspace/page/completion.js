/**
 * Offers commands, people, channels and emoji while somebody types. It may not send anything.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {{label: string, detail: string, insert: string}} Offer
 */
import { fill, h } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { uniqueId } from "./menu.js";
import { standingOf } from "./people.js";

/** Commands of the workspace itself, beside those of apps. */
const OWN_COMMANDS = [
  { command: "/invite", usage_hint: "@somebody", description: "Bring a person or an app into this channel" },
];
const MOST = 8;

/** @param {Store} store */
export function commandsOf(store) {
  const apps = store.apps.flatMap((app) =>
    (app.commands ?? []).map((/** @type {any} */ item) => ({ ...item, app: app.name })),
  );
  return [...apps, ...OWN_COMMANDS.map((item) => ({ ...item, app: "Workspace" }))];
}

/**
 * What can be mentioned: the word after `@`.
 *
 * @param {Store} store
 * @returns {{word: string, detail: string}[]}
 */
function mentionables(store) {
  const users = [...store.users.values()].map((user) => ({
    word: user.name,
    detail: user.is_bot ? "App" : [user.real_name, standingOf(user)?.word].filter(Boolean).join(" · "),
  }));
  const groups = [...store.groups.values()].map((group) => ({
    word: String(group.handle).replace(/^@/, ""),
    detail: group.name,
  }));
  const ranges = [
    { word: "here", detail: "Everyone who is active" },
    { word: "channel", detail: "Everyone in this channel" },
  ];
  return [...users, ...groups, ...ranges];
}

/**
 * What fits the text before the caret.
 *
 * @param {Store} store
 * @param {string} before
 * @param {boolean} inThread
 * @returns {{from: number, offers: Offer[]}}
 */
export function offersFor(store, before, inThread) {
  const command = before.match(/^\/\S*$/);
  if (command && !inThread) {
    const offers = commandsOf(store).map((item) => ({
      label: [item.command, item.usage_hint].filter(Boolean).join(" "),
      detail: [item.description, item.app].filter(Boolean).join(" · "),
      insert: `${item.command} `,
    }));
    return { from: 0, offers: offers.filter(({ insert }) => insert.startsWith(before.toLowerCase())) };
  }
  const word = before.match(/(?:^|[\s(])([@#:])([^\s@#:]*)$/);
  if (!word) return { from: 0, offers: [] };
  const [, sign, text] = word;
  const from = before.length - text.length - 1;
  return { from, offers: candidates(store, sign, text.toLowerCase()).slice(0, MOST) };
}

/** @param {Store} store @param {string} sign @param {string} text @returns {Offer[]} */
function candidates(store, sign, text) {
  const fits = (/** @type {string[]} */ ...words) =>
    words.some((word) =>
      word
        .toLowerCase()
        .split(/\s/)
        .some((piece) => piece.startsWith(text)),
    );
  if (sign === "@") {
    return mentionables(store)
      .filter(({ word, detail }) => fits(word, detail))
      .map(({ word, detail }) => ({ label: `@${word}`, detail, insert: `@${word} ` }));
  }
  if (sign === "#") {
    return store
      .visibleChannels()
      .filter(({ name, is_im: direct }) => !direct && fits(name))
      .map((channel) => ({
        label: `#${channel.name}`,
        detail: channel.topic ?? "",
        insert: `#${channel.name} `,
      }));
  }
  if (text.length < 2) return [];
  return [...EMOJI]
    .filter(([name]) => name.startsWith(text))
    .map(([name, sign]) => ({ label: `${sign} :${name}:`, detail: "", insert: `${sign} ` }));
}

/**
 * Attaches a list of offers to a text field, as an ARIA combobox.
 *
 * @param {HTMLTextAreaElement} field
 * @param {(before: string) => {from: number, offers: Offer[]}} source
 * @returns {{node: HTMLElement, handle: (event: KeyboardEvent) => boolean, refresh: () => void}} `handle`
 *   is true when a key was meant for the list
 */
export function attachCompletion(field, source) {
  const id = uniqueId("offers");
  const node = h("div.completion", { id, role: "listbox", "aria-label": "Suggestions", hidden: true });
  /** @type {Offer[]} */
  let offers = [];
  let from = 0;
  let at = 0;

  const show = () => {
    node.hidden = !offers.length;
    field.setAttribute("aria-expanded", String(offers.length > 0));
    fill(node, offers.map(row));
    const active = offers.length ? `${id}-${at}` : "";
    field.setAttribute("aria-activedescendant", active);
    node.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const row = (/** @type {Offer} */ offer, /** @type {number} */ index) =>
    h(
      "div.offer",
      {
        role: "option",
        id: `${id}-${index}`,
        "aria-selected": String(index === at),
        on: {
          pointerdown: (/** @type {Event} */ event) => {
            event.preventDefault();
            choose(index);
          },
        },
      },
      h("span", {}, offer.label),
      offer.detail && h("small", {}, offer.detail),
    );
  const choose = (/** @type {number} */ index) => {
    field.setRangeText(offers[index].insert, from, field.selectionStart, "end");
    field.dispatchEvent(new Event("input"));
  };
  const refresh = () => {
    const here = document.activeElement === field;
    ({ from, offers } = here ? source(field.value.slice(0, field.selectionStart)) : { from: 0, offers: [] });
    at = 0;
    show();
  };
  const close = () => {
    offers = [];
    show();
  };
  const handle = (/** @type {KeyboardEvent} */ event) => {
    if (!offers.length || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const typed = field.value.slice(from, field.selectionStart);
    if (step) {
      at = (at + step + offers.length) % offers.length;
      show();
    } else if (event.key === "Tab" && !event.shiftKey) choose(at);
    else if (event.key === "Enter" && !event.shiftKey && offers[at].insert.trim() !== typed) choose(at);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", id);
  field.setAttribute("aria-expanded", "false");
  field.addEventListener("input", refresh);
  field.addEventListener("blur", close);
  return { node, handle, refresh };
}

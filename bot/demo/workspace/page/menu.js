/**
 * What pops up: menus, pickers and the question before something happens.
 *
 * They live in the browser's top layer, inside the dialog they belong to, so that a modal cannot
 * make them inert. They may not know what a choice does.
 */
import { h } from "./dom.js";

/**
 * @typedef {{label: string, description?: string, sign?: Node, danger?: boolean, checked?: boolean, choose: () => void}} MenuItem
 */

const GAP = 6;

/**
 * Makes `button` open a menu. Arrow keys move, Enter chooses, Esc closes.
 *
 * @param {HTMLButtonElement} button
 * @param {() => MenuItem[]} items asked anew at each opening
 * @returns {HTMLButtonElement}
 */
export function menuButton(button, items) {
  let wasOpen = false;
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("pointerdown", () => {
    wasOpen = button.getAttribute("aria-expanded") === "true";
  });
  button.addEventListener("click", () => {
    if (!wasOpen) openMenu(button, items());
    wasOpen = false;
  });
  return button;
}

/** @param {HTMLElement} anchor @param {MenuItem[]} items */
function openMenu(anchor, items) {
  const name = anchor.getAttribute("aria-label") ?? anchor.textContent ?? "Menu";
  const menu = h("div.menu", { role: "menu", "aria-label": name });
  menu.append(...items.map((item) => menuItem(item, menu)));
  menu.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => moveInMenu(event, menu));
  popUp(anchor, menu);
  (menu.querySelector("[aria-checked=true]") ?? menu.firstElementChild)?.focus();
}

/** @param {MenuItem} item @param {HTMLElement} menu */
function menuItem(item, menu) {
  const choose = () => {
    menu.hidePopover();
    item.choose();
  };
  const radio = item.checked !== undefined;
  return h(
    "button.menu-item",
    {
      type: "button",
      role: radio ? "menuitemradio" : "menuitem",
      "aria-checked": radio ? String(item.checked) : null,
      class: item.danger ? "danger" : "",
      tabindex: -1,
      on: { click: choose },
    },
    item.sign,
    h("span.menu-words", {}, h("span", {}, item.label), item.description && h("small", {}, item.description)),
  );
}

/** @param {KeyboardEvent} event @param {HTMLElement} menu */
function moveInMenu(event, menu) {
  const items = /** @type {HTMLElement[]} */ ([...menu.children]);
  const at = items.indexOf(/** @type {any} */ (document.activeElement));
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (target === undefined) return;
  event.preventDefault();
  items[(target + items.length) % items.length]?.focus();
}

/**
 * Shows `panel` by `anchor` until a choice, Esc or a click elsewhere; then takes it away.
 *
 * @param {HTMLElement} anchor
 * @param {HTMLElement} panel
 */
export function popUp(anchor, panel) {
  panel.popover = "auto";
  panel.classList.add("pop-up");
  (anchor.closest("dialog") ?? document.body).append(panel);
  panel.showPopover();
  place(anchor, panel);
  anchor.setAttribute("aria-expanded", "true");
  panel.addEventListener("toggle", (/** @type {any} */ event) => {
    if (event.newState !== "closed") return;
    anchor.setAttribute("aria-expanded", "false");
    const lost = panel.contains(document.activeElement) || document.activeElement === document.body;
    panel.remove();
    if (lost) anchor.focus();
  });
}

/**
 * Below the anchor, or above it where there is more room.
 *
 * @param {HTMLElement} anchor
 * @param {HTMLElement} panel
 */
function place(anchor, panel) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = at.bottom + GAP + height <= innerHeight || at.top < innerHeight / 2;
  const left = Math.min(at.left, innerWidth - width - GAP);
  const top = below ? at.bottom + GAP : at.top - GAP - height;
  panel.style.left = `${Math.max(GAP, left)}px`;
  panel.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
}

/**
 * Asks before something happens.
 *
 * @param {{title: string, text: Node[], confirm: string, deny: string, danger?: boolean}} question
 * @returns {Promise<boolean>} true only when it was confirmed
 */
export function ask({ title, text, confirm, deny, danger }) {
  return new Promise((resolve) => {
    const id = uniqueId("ask");
    const dialog = h("dialog.ask", { "aria-labelledby": id });
    const choose = (/** @type {string} */ value) => () => dialog.close(value);
    dialog.append(
      h("h2", { id }, title),
      h("div.text", {}, text),
      h(
        "div.dialog-buttons",
        {},
        h("button.button", { type: "button", on: { click: choose("no") } }, deny),
        h(
          "button.button",
          { type: "button", class: danger ? "danger" : "primary", on: { click: choose("yes") } },
          confirm,
        ),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * Asks for a line of words.
 *
 * @param {{title: string, label: string, value?: string, most: number, confirm: string}} question
 * @returns {Promise<string | null>} null when it was called off
 */
export function askWords({ title, label, value = "", most, confirm }) {
  return new Promise((resolve) => {
    const [id, fieldId] = [uniqueId("ask"), uniqueId("words")];
    const field = h("input.field", {
      id: fieldId,
      type: "text",
      maxlength: most,
      autocomplete: "off",
      spellcheck: "false",
    });
    field.value = value;
    const form = h("form", { method: "dialog" });
    const dialog = h("dialog.ask", { "aria-labelledby": id }, h("h2", { id }, title), form);
    form.append(
      h("div.text", {}, h("label", { for: fieldId }, label), field),
      h(
        "div.dialog-buttons",
        {},
        h("button.button", { type: "button", on: { click: () => dialog.close("") } }, "Cancel"),
        h("button.button.primary", { type: "submit", value: "yes" }, confirm),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? field.value.trim() : null);
    });
    document.body.append(dialog);
    dialog.showModal();
    field.select();
  });
}

let count = 0;

/** An id that nothing else on the page has. @param {string} word */
export function uniqueId(word) {
  count += 1;
  return `${word}-${count}`;
}

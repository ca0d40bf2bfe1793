/**
 * The modals of the person who is here: a stack of real dialogs, the uppermost in sight.
 *
 * A view that the app updates keeps what was typed; a submit shows the app's complaints beside the
 * fields they are about.
 *
 * @typedef {import("./store.js").Store} Store
 */
import { api, inWords } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { focusIn, restoreFocus } from "./carry.js";
import { readValues } from "./controls.js";
import { h, icon, iconButton } from "./dom.js";
import { plain } from "./draw.js";
import { ask, uniqueId } from "./menu.js";

/** Keeps the dialogs in step with the store. @param {Store} store */
export function keepModals(store) {
  /** @type {Map<string, Modal>} */
  const open = new Map();
  store.on("views", () => {
    const wanted = new Set(store.views.map((view) => view.id));
    for (const [id, modal] of open) {
      if (wanted.has(id)) continue;
      modal.leave();
      open.delete(id);
    }
    for (const view of store.views) {
      const modal = open.get(view.id);
      if (modal) modal.update(view);
      else open.set(view.id, new Modal(store, view));
    }
    const top = store.views[store.views.length - 1]?.id;
    for (const [id, modal] of open) modal.dialog.classList.toggle("under", id !== top);
  });
}

class Modal {
  /** @param {Store} store @param {any} view */
  constructor(store, view) {
    this.store = store;
    this.user = store.me;
    this.view = view;
    this.busy = false;
    this.left = false;
    this.begun = "";
    /** @type {Promise<unknown>} all that was told of its fields so far */
    this.acts = Promise.resolve();
    const heading = uniqueId("modal");
    this.title = h("h2", { id: heading });
    this.body = h("div.modal-body.blocks", {});
    this.trouble = h("p.block-error.modal-trouble", { role: "alert", hidden: true });
    this.footer = h("div.dialog-buttons", {});
    const close = iconButton("close", "Close", { on: { click: () => this.closeIfMeant() } });
    this.form = h(
      "form",
      { novalidate: true },
      h("header.modal-head", {}, this.title, close),
      this.body,
      this.trouble,
      this.footer,
    );
    this.dialog = h(
      "dialog.modal",
      { "aria-labelledby": heading, data: { viewId: view.id, callbackId: view.callback_id } },
      this.form,
    );
    this.form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.submit();
    });
    this.dialog.addEventListener("cancel", (/** @type {Event} */ event) => {
      if (event.target !== this.dialog) return;
      event.preventDefault();
      this.closeIfMeant();
    });
    // A browser closes a dialog at the second Esc, whatever the page says: the app must hear of it.
    this.dialog.addEventListener("close", () => !this.left && this.close());
    // Captured, since the change of a file's field goes no further than the field.
    for (const kind of ["input", "change"])
      this.body.addEventListener(kind, (event) => this.clearError(blockOf(event.target)), true);
    this.draw(view.state?.values ?? {});
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.begun = this.typed();
    /** @type {HTMLElement | null} */ (this.body.querySelector("input, textarea, select"))?.focus();
  }

  /** @param {any} view */
  update(view) {
    if (sameLook(view, this.view)) return;
    const focus = focusIn(this.form);
    const typed = readValues(this.body);
    this.view = view;
    this.draw(typed);
    restoreFocus(this.form, focus);
  }

  /** @param {Record<string, Record<string, any>>} saved */
  draw(saved) {
    const { view } = this;
    this.title.textContent = plain(view.title);
    this.body.replaceChildren(
      ...drawBlocks(view.blocks ?? [], {
        store: this.store,
        surface: "modal",
        saved,
        act: (action) => this.act(action),
      }),
    );
    const closing = plain(view.close) || (view.submit ? "Cancel" : "Close");
    this.footer.replaceChildren(
      h("button.button", { type: "button", on: { click: () => this.close() } }, closing),
      ...(view.submit ? [h("button.button.primary", { type: "submit" }, plain(view.submit))] : []),
    );
  }

  /** @param {any} action */
  act(action) {
    const answer = api.act({ user: this.user, view_id: this.view.id, ...action });
    this.acts = Promise.all([this.acts, answer]);
    return answer;
  }

  async submit() {
    if (this.busy || !this.view.submit) return;
    this.clearErrors();
    this.setBusy(true);
    await this.acts; // a field that was just left tells of itself first, while the view is there
    const answer = await api.submit(this.view.id, { user: this.user, values: readValues(this.body) });
    this.setBusy(false);
    if (answer.errors) this.showErrors(answer.errors);
    else if (!answer.ok) this.showTrouble(inWords(answer, `“${plain(this.view.title)}”`));
    await this.store.loadViews();
  }

  typed() {
    return JSON.stringify(readValues(this.body));
  }

  /** Esc is pressed by accident: what was typed is not thrown away unasked. */
  async closeIfMeant() {
    if (document.querySelector("dialog.ask[open]")) return;
    const meant =
      this.typed() === this.begun ||
      (await ask({
        title: "Discard what you typed?",
        text: [document.createTextNode("Nothing of this form was sent yet.")],
        confirm: "Discard",
        deny: "Keep editing",
      }));
    if (meant) await this.close();
  }

  async close() {
    if (this.busy) return;
    await this.acts;
    const answer = await api.close(this.view.id, { user: this.user });
    await this.store.loadViews();
    if (!answer.ok && this.dialog.open) this.showTrouble(inWords(answer, "Closing"));
  }

  /** @param {Record<string, string>} errors */
  showErrors(errors) {
    /** @type {HTMLElement | null} */
    let first = null;
    for (const [blockId, words] of Object.entries(errors)) {
      const block = this.body.querySelector(`.block[data-block-id="${CSS.escape(blockId)}"]`);
      const place = block?.querySelector(".field-error");
      if (!place) {
        this.showTrouble(words);
        continue;
      }
      place.textContent = words;
      place.hidden = false;
      block.classList.add("invalid");
      const control = block.querySelector("[data-control]");
      control.setAttribute("aria-invalid", "true");
      first ??= control.matches("input, textarea, select") ? control : control.querySelector("input");
    }
    first?.focus();
  }

  clearErrors() {
    this.trouble.hidden = true;
    for (const block of this.body.querySelectorAll(".block")) this.clearError(block);
  }

  /** What was complained of is being put right. @param {Element | null} block */
  clearError(block) {
    if (!block) return;
    for (const place of block.querySelectorAll(".field-error")) place.hidden = true;
    block.classList.remove("invalid");
    for (const control of block.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  }

  /** @param {string} words */
  showTrouble(words) {
    this.trouble.replaceChildren(icon("warning"), words);
    this.trouble.hidden = false;
  }

  /** @param {boolean} busy */
  setBusy(busy) {
    this.busy = busy;
    const button = this.footer.querySelector("[type=submit]");
    if (button) button.setAttribute("aria-busy", String(busy));
  }

  /** Goes without a word to the app: the view is already closed, or another person sits here now. */
  leave() {
    this.left = true;
    this.dialog.close();
    this.dialog.remove();
  }
}

/** The block that a field stands in. @param {EventTarget | null} field */
const blockOf = (field) => (field instanceof Element ? field.closest(".block") : null);

/**
 * Whether two states of a view look the same; what was typed is the page's own.
 *
 * @param {any} one
 * @param {any} other
 */
function sameLook(one, other) {
  const look = (/** @type {any} */ view) =>
    JSON.stringify([view.hash, view.title, view.submit, view.close, view.blocks]);
  return look(one) === look(other);
}

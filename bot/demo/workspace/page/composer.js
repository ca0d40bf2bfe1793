/**
 * The box where a person types: messages, replies and slash commands.
 *
 * Text goes out as it was typed: the workspace escapes it and finds the mentions in it.
 *
 * @typedef {import("./store.js").Store} Store
 */
import { api, inWords } from "./api.js";
import { Attachment, inBase64 } from "./attachment.js";
import { attachCompletion, commandsOf, offersFor } from "./completion.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { beginEdit, lastEditable } from "./editor.js";
import { menuButton } from "./menu.js";
import { toast } from "./toast.js";

export class Composer {
  /** @param {Store} store @param {{thread: string | null, onSent: () => void}} setting */
  constructor(store, { thread, onSent }) {
    this.store = store;
    this.thread = thread;
    this.onSent = onSent;
    this.field = h("textarea", { rows: 1, enterkeyhint: "send", spellcheck: "true", autocomplete: "off" });
    this.hint = h("p.command-hint", { hidden: true });
    this.send = iconButton("send", "Send", { type: "submit", class: "send", disabled: true });
    const completion = attachCompletion(this.field, (before) => offersFor(store, before, thread !== null));
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (completion.handle(event)) return;
      if (event.key === "ArrowUp" && !this.field.value) this.editLast(event);
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    const box = h("div.composer-box");
    this.attachment = new Attachment(store, box, this.field, {
      key: () => this.key(),
      onChange: () => this.resize(),
    });
    fill(box, thread ? null : this.shortcutButton(), this.attachment.button, this.field, this.send);
    this.node = h(
      "form.composer",
      { novalidate: true },
      completion.node,
      this.hint,
      this.attachment.node,
      box,
      this.attachment.chooser,
    );
    this.node.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.submit();
    });
  }

  /** Shows the draft of this person in this place. @param {string} label */
  open(label) {
    this.field.placeholder = label;
    this.field.setAttribute("aria-label", label);
    this.field.value = this.store.drafts.get(this.key()) ?? "";
    this.attachment.show();
  }

  key() {
    return this.store.noteKey(this.thread);
  }

  typed() {
    this.store.drafts.set(this.key(), this.field.value);
    this.resize();
    const name = this.field.value.match(/^(\/\S+)\s/)?.[1];
    const command = name && !this.thread && commandsOf(this.store).find((item) => item.command === name);
    this.hint.hidden = !command;
    if (!command) return;
    const words = ` ${command.usage_hint ?? ""} `;
    fill(this.hint, h("strong", {}, command.command), words, h("span.quiet", {}, command.description ?? ""));
  }

  /** Grows with the text, up to what the style allows. */
  resize() {
    this.send.disabled = !this.field.value.trim() && !this.attachment.file;
    this.field.style.height = "auto";
    // Empty, it is a line high, whatever its hint takes; out of sight, it cannot be measured.
    const height = this.field.value ? this.field.scrollHeight : 0;
    if (height) this.field.style.height = `${height}px`;
  }

  /** @param {string} text */
  write(text) {
    this.field.value = text;
    this.field.dispatchEvent(new Event("input"));
  }

  async submit() {
    const text = this.field.value.trim();
    const { channel } = this.store.place;
    const { file } = this.attachment;
    if (!(text || file) || !channel) return;
    const command = text.match(/^(\/[^\s/]+)(?:\s+([\s\S]*))?$/);
    if (command && this.thread) {
      this.store.addNote(
        `${command[1]} does not work in a thread: slash commands are for channels. Type it in the channel, or mention the app here.`,
        this.thread,
      );
      this.onSent();
      return;
    }
    this.write("");
    this.onSent();
    if (command) await this.run(channel, command[1], command[2] ?? "", text);
    else await this.post(channel, text, file);
  }

  /** @param {string} channel @param {string} text @param {File | undefined} file */
  async post(channel, text, file) {
    const place = this.thread ? { channel, thread_ts: this.thread } : { channel };
    const body = { user: this.store.me, text, ...place };
    const key = this.key();
    if (file) this.attachment.clear();
    const answer = file ? await share(file, body) : await api.post(body);
    if (answer.ok) {
      await this.store.loadMessages();
      return;
    }
    this.giveBack(text);
    if (file && !this.store.attached.has(key)) this.store.attached.set(key, file);
    this.attachment.show();
    toast(inWords(answer, "Sending"));
  }

  /** The last of one's own messages here, to be changed. @param {KeyboardEvent} event */
  editLast(event) {
    const last = lastEditable(this.store, this.thread);
    if (!last) return;
    event.preventDefault();
    beginEdit(last, this.store, this.thread);
  }

  /** @param {string} channel @param {string} command @param {string} rest @param {string} typed */
  async run(channel, command, rest, typed) {
    const answer = await api.command({ user: this.store.me, channel, command, text: rest });
    await this.store.loadMessages();
    if (answer.ok) return;
    this.store.addNote(inWords(answer, command), null);
    this.giveBack(typed);
  }

  /** What could not be sent is there to be sent again. @param {string} text */
  giveBack(text) {
    if (!this.field.value) this.write(text);
  }

  /** Global shortcuts of apps, and a way to start a command without typing the sign. */
  shortcutButton() {
    return menuButton(
      h(
        "button.icon-button",
        { type: "button", "aria-label": "Shortcuts", title: "Shortcuts" },
        h("span.slash", { "aria-hidden": "true" }, "/"),
      ),
      () => [
        ...this.store.apps.flatMap((app) =>
          (app.shortcuts ?? [])
            .filter((/** @type {any} */ item) => !String(item.type).includes("message"))
            .map((/** @type {any} */ item) => ({
              label: item.name,
              description: app.name,
              sign: icon("calls"),
              choose: () => this.shortcut(item),
            })),
        ),
        ...commandsOf(this.store).map((item) => ({
          label: item.command,
          description: item.description,
          choose: () => {
            this.write(`${item.command} `);
            this.field.focus();
          },
        })),
      ],
    );
  }

  /** @param {any} item */
  async shortcut(item) {
    const answer = await api.shortcut({ user: this.store.me, callback_id: item.callback_id });
    if (!answer.ok) toast(inWords(answer, `“${item.name}”`));
  }
}

/**
 * @param {File} file
 * @param {{user: string, channel: string, text: string, thread_ts?: string}} body
 * @returns {Promise<import("./api.js").Answer>}
 */
async function share(file, body) {
  const base64 = await inBase64(file);
  if (base64 === null)
    return { ok: false, error: "file_gone", message: `${file.name} cannot be read any more.` };
  return api.share({ ...body, name: file.name, base64 });
}

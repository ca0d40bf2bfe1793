/**
 * The file that goes with the next message: chosen, pasted or dropped. It may not send anything.
 *
 * @typedef {import("./store.js").Store} Store
 */
import { fill, h, icon, iconButton } from "./dom.js";
import { sizeInWords } from "./files.js";
import { toast } from "./toast.js";

/** The workspace takes a request of a mebibyte, and a file in base64 is a third longer. */
export const LARGEST = 700_000;

export class Attachment {
  /**
   * @param {Store} store
   * @param {HTMLElement} box where a file may be dropped
   * @param {HTMLTextAreaElement} field where one may be pasted
   * @param {{key: () => string, onChange: () => void}} setting
   */
  constructor(store, box, field, { key, onChange }) {
    this.store = store;
    this.key = key;
    this.onChange = onChange;
    this.field = field;
    this.chooser = h("input", { type: "file", hidden: true, "aria-label": "File", tabindex: -1 });
    this.button = iconButton("clip", "Attach a file", { on: { click: () => this.chooser.click() } });
    this.node = h("div.attached", { hidden: true });
    this.chooser.addEventListener("change", () => {
      this.take(this.chooser.files?.[0]);
      this.chooser.value = "";
    });
    field.addEventListener("paste", (/** @type {ClipboardEvent} */ event) => {
      const file = event.clipboardData?.files[0];
      if (!file) return;
      event.preventDefault();
      this.take(file);
    });
    box.addEventListener("dragover", (/** @type {DragEvent} */ event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      box.classList.add("over");
    });
    box.addEventListener("dragleave", () => box.classList.remove("over"));
    box.addEventListener("drop", (/** @type {DragEvent} */ event) => {
      box.classList.remove("over");
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      this.take(file);
    });
  }

  /** @returns {File | undefined} */
  get file() {
    return this.store.attached.get(this.key());
  }

  /** @param {File | undefined} file */
  take(file) {
    if (!file) return;
    if (file.size > LARGEST) {
      toast(`${file.name} is larger than ${sizeInWords(LARGEST)}, the most that can be uploaded here.`);
      return;
    }
    this.store.attached.set(this.key(), file);
    this.show();
    this.field.focus();
  }

  /** Takes it away, because it was sent or is not wanted. */
  clear() {
    this.store.attached.delete(this.key());
    this.show();
  }

  show() {
    const { file } = this;
    this.node.hidden = !file;
    fill(
      this.node,
      file && [
        icon("file"),
        h("span.attached-name", {}, file.name),
        h("small.quiet", {}, sizeInWords(file.size)),
        iconButton("close", `Remove ${file.name}`, {
          on: {
            click: () => {
              this.clear();
              this.field.focus();
            },
          },
        }),
      ],
    );
    this.onChange();
  }
}

/**
 * The bytes of a file in base64.
 *
 * @param {File} file
 * @returns {Promise<string | null>} null when it cannot be read any more
 */
export function inBase64(file) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => resolve(null);
    reader.readAsDataURL(file);
  });
}

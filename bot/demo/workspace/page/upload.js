/**
 * The field of a form in which a file is chosen: it is uploaded at once, as Slack does, and the form
 * carries what the workspace calls it.
 *
 * @typedef {import("./store.js").Store} Store
 */
import { api, inWords } from "./api.js";
import { inBase64, LARGEST } from "./attachment.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { sizeInWords } from "./files.js";

/**
 * @param {any} element
 * @param {Record<string, any>} naming what the control is called, as attributes
 * @param {Store} store
 * @returns {{node: HTMLElement, read: () => any}}
 */
export function fileField(element, naming, store) {
  /** @type {any[]} */
  let chosen = element.initial_files ?? [];
  const types = (element.filetypes ?? []).map((/** @type {string} */ one) => `.${one}`).join(",");
  const chooser = h("input.field", { ...naming, type: "file", accept: types || null });
  const told = h("p.quiet.upload", { "aria-live": "polite" });
  const node = h("div.upload-field", {}, chooser, told);
  const changed = () => node.dispatchEvent(new Event("change"));
  const show = () =>
    fill(
      told,
      chosen.map((file) => [
        icon("file"),
        h("span", {}, `${file.name} (${sizeInWords(file.size)})`),
        iconButton("close", `Remove ${file.name}`, {
          on: {
            click: () => {
              chosen = chosen.filter((one) => one !== file);
              show();
              changed();
            },
          },
        }),
      ]),
    );
  chooser.addEventListener("change", async (/** @type {Event} */ event) => {
    event.stopPropagation(); // it has changed once the file is there
    const file = chooser.files?.[0];
    if (!file) return;
    if (file.size > LARGEST) {
      fill(told, `${file.name} is larger than ${sizeInWords(LARGEST)}, the most that can be uploaded here.`);
      return;
    }
    fill(told, `Uploading ${file.name} …`);
    const base64 = await inBase64(file);
    const answer =
      base64 === null
        ? { ok: false, error: "file_gone", message: `${file.name} cannot be read any more.` }
        : await api.share({ user: store.me, name: file.name, base64 });
    if (!answer.ok) {
      fill(told, inWords(answer, "Uploading"));
      return;
    }
    const one = { id: answer.file, name: file.name, size: file.size };
    chosen = [...chosen, one].slice(-(element.max_files ?? 10));
    chooser.value = "";
    show();
    changed();
  });
  show();
  return { node, read: () => chosen };
}

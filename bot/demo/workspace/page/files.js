/**
 * Files of a message: a name to download, a picture, or a text that opens in place.
 *
 * @typedef {import("./store.js").Store} Store
 */
import { readText } from "./api.js";
import { downloadLink, fill, h, icon, ownUrl, picture } from "./dom.js";
import { drawChunks, drawPre } from "./draw.js";
import { parseMarkdown } from "./markdown.js";

const LONGEST_PREVIEW = 200_000;
const MARKDOWN = /\.(md|markdown)$/i;
const TEXT = /\.(txt|log|json|ya?ml|csv|tsv|py|sh|toml|xml|html?|svg)$/i;

/** @param {any} file @param {Store} store @returns {HTMLElement} */
export function drawFile(file, store) {
  if (file.mode === "tombstone")
    return h("div.file.quiet", { data: { fileId: file.id } }, icon("file"), h("span", {}, "This file was deleted."));
  const name = String(file.name ?? file.title ?? file.id);
  const url = `/workspace/files/${encodeURIComponent(file.id)}`; // under whatever name this page was opened
  const head = h(
    "div.file-head",
    {},
    icon("file"),
    h(
      "div.file-name",
      {},
      h("strong", {}, file.title || name),
      h(
        "small.quiet",
        {},
        [file.title && file.title !== name ? name : null, sizeInWords(file.size)].filter(Boolean).join(" · "),
      ),
    ),
    downloadLink(
      url,
      name,
      { class: "button small", "aria-label": `Download ${name}` },
      icon("download"),
      h("span", {}, "Download"),
    ),
  );
  const node = h("div.file", { data: { fileId: file.id } }, head);
  if (/^image\/(png|jpeg|gif|webp)/.test(file.mimetype ?? "")) {
    node.append(picture(url, file.alt_txt ?? file.title ?? name, { class: "file-image" }));
  } else if (previewable(file, name) && ownUrl(url)) {
    node.append(preview(url, name, file, store));
  }
  return node;
}

/** @param {any} file @param {string} name */
const previewable = (file, name) =>
  (file.size ?? 0) <= LONGEST_PREVIEW &&
  (/^text\/|json|yaml/.test(file.mimetype ?? "") || MARKDOWN.test(name) || TEXT.test(name));

/**
 * A text is fetched when somebody first opens it.
 *
 * @param {string} url
 * @param {string} name
 * @param {any} file
 * @param {Store} store
 */
function preview(url, name, file, store) {
  const body = h("div.file-text.text", {}, h("p.quiet", {}, "Loading…"));
  const details = h(
    "details.file-preview",
    { data: { keep: `file-${file.id}` } },
    h("summary", {}, icon("eye"), "Preview"),
    body,
  );
  const read = async () => {
    const text = await readText(url);
    if (text === null)
      fill(body, h("p.quiet", {}, "The file could not be read. Close and open the preview to try again."));
    else if (MARKDOWN.test(name) || /markdown/.test(file.mimetype ?? ""))
      fill(body, drawChunks(parseMarkdown(text), store));
    else fill(body, drawPre([document.createTextNode(text)], store));
  };
  details.addEventListener("toggle", () => details.open && read());
  return details;
}

/** @param {number | undefined} bytes */
export function sizeInWords(bytes) {
  if (bytes === undefined) return "";
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

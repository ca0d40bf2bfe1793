/**
 * Draws parsed text. It may not parse: it gets nodes from mrkdwn.js, markdown.js or richtext.js,
 * and every character of theirs reaches the document as a text node.
 *
 * @typedef {import("./mrkdwn.js").Inline} Inline
 * @typedef {import("./mrkdwn.js").Chunk} Chunk
 * @typedef {import("./store.js").Store} Store
 */
import { commandIn } from "./command.js";
import { formatDate } from "./dates.js";
import { h, hashLink, icon, iconButton, link } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { parseMrkdwn, unescape } from "./mrkdwn.js";

/** @param {Chunk[]} chunks @param {Store} store @returns {Node[]} */
export function drawChunks(chunks, store) {
  return chunks.map((chunk) => drawChunk(chunk, store));
}

/** @param {Chunk} chunk @param {Store} store @returns {Node} */
function drawChunk(chunk, store) {
  switch (chunk.type) {
    case "paragraph":
      return h("p", {}, drawInline(chunk.children, store));
    case "quote":
      return h("blockquote", {}, drawInline(chunk.children, store));
    case "pre":
      return drawPre(drawInline(chunk.children, store), store);
    case "heading":
      return h(`h${Math.min(6, chunk.level + 2)}.text-heading`, {}, drawInline(chunk.children, store));
    case "list": {
      const items = chunk.items.map((item) => h("li", {}, drawInline(item, store)));
      const props = {
        class: `text-list indent-${Math.min(8, chunk.indent)}`,
        start: chunk.ordered ? chunk.start : null,
      };
      return h(chunk.ordered ? "ol" : "ul", props, items);
    }
    case "table":
      return drawTable(
        chunk.rows.map((row) => row.map((cell) => drawInline(cell, store))),
        chunk.align,
      );
    default:
      return h("hr");
  }
}

/** @param {Inline[]} nodes @param {Store} store @returns {Node[]} */
export function drawInline(nodes, store) {
  return nodes.map((node) => drawNode(node, store));
}

/** @param {Inline} node @param {Store} store @returns {Node} */
function drawNode(node, store) {
  switch (node.type) {
    case "text":
      return drawWords(node.text);
    case "bold":
      return h("strong", {}, drawInline(node.children, store));
    case "italic":
      return h("em", {}, drawInline(node.children, store));
    case "strike":
      return h("s", {}, drawInline(node.children, store));
    case "underline":
      return h("u", {}, drawInline(node.children, store));
    case "code":
      return h("code", {}, node.text);
    case "link":
      return link(node.url, drawInline(node.children, store));
    case "emoji":
      return h("span.emoji", { title: `:${node.name}:` }, emoji(node.name));
    case "date":
      return drawDate(node);
    case "color":
      return drawColor(node.value);
    default:
      return drawMention(node, store);
  }
}

/**
 * Text; a bar of shaded blocks (▓▓░░░) is drawn as a meter, since fonts disagree about those.
 *
 * @param {string} text
 * @returns {Node}
 */
function drawWords(text) {
  const pieces = text.split(/([▓█]+[▒░]*|[▒░]+)/);
  if (!pieces.some(isBar)) return document.createTextNode(text);
  const fragment = document.createDocumentFragment();
  for (const piece of pieces) fragment.append(isBar(piece) ? drawMeter(piece) : piece);
  return fragment;
}

/** @param {string} text */
const isBar = (text) => /^[▓█▒░]{5,}$/.test(text);

/** @param {string} bar */
function drawMeter(bar) {
  const full = bar.match(/^[▓█]*/)?.[0] ?? "";
  return h(
    "span.meter",
    { "aria-hidden": "true" },
    h("span.meter-full", {}, full),
    h("span.meter-rest", {}, bar.slice(full.length)),
  );
}

/** @param {any} node @param {Store} store */
function drawMention(node, store) {
  if (node.type === "channel") {
    const name = `#${store.channels.get(node.id)?.name ?? node.label ?? node.id}`;
    if (!store.channels.has(node.id)) return h("span.mention", {}, name);
    return hashLink(store.address({ channel: node.id, thread: null, app: null }), { class: "mention" }, name);
  }
  if (node.type === "broadcast") return h("span.mention.mine", {}, `@${node.range}`);
  if (node.type === "usergroup") {
    const group = store.groups.get(node.id);
    const mine = group?.users?.includes(store.me);
    return h(
      "span.mention",
      { class: mine ? "mine" : "", title: group?.name },
      `@${(group?.handle ?? node.label ?? node.id).replace(/^@/, "")}`,
    );
  }
  const user = store.users.get(node.id);
  const name = user?.name ?? node.label?.replace(/^@/, "") ?? node.id;
  return h("span.mention", { class: node.id === store.me ? "mine" : "", title: user?.real_name }, `@${name}`);
}

/** @param {any} node */
function drawDate(node) {
  const when = new Date(node.unix * 1000);
  if (Number.isNaN(when.getTime())) return document.createTextNode(node.fallback);
  const time = h(
    "time",
    { datetime: when.toISOString(), title: when.toUTCString() },
    formatDate(node.unix, node.format),
  );
  return node.url ? link(node.url, time) : time;
}

/** @param {string} value */
function drawColor(value) {
  const swatch = h("span.swatch", { "aria-hidden": "true" });
  if (/^#[0-9a-f]{6}$/i.test(value)) swatch.style.backgroundColor = value;
  return h("span.color", {}, swatch, value);
}

const LONGEST_WORDED = 4000;

/**
 * Text whose words break as a last resort only: `--nodes` stays whole.
 *
 * @param {Node} node
 * @returns {Node[]}
 */
function unbroken(node) {
  const text = node.textContent ?? "";
  if (node.nodeType !== Node.TEXT_NODE || text.length > LONGEST_WORDED) return [node];
  return text
    .split(/(\s+)/)
    .map((piece) => (/\S/.test(piece) ? h("span.word", {}, piece) : document.createTextNode(piece)));
}

/**
 * A preformatted block, with a button that copies exactly its text; one that is a command of the
 * system beside the workspace can be put into its terminal as well.
 *
 * @param {Node[]} content
 * @param {Store} store
 */
export function drawPre(content, store) {
  const code = h("code", {}, content.flatMap(unbroken));
  const said = h("span.copy-word", { "aria-live": "polite" }, "Copy");
  const button = h(
    "button.copy",
    { type: "button", title: "Copy", "aria-label": "Copy" },
    icon("copy"),
    said,
  );
  button.addEventListener("click", async () => {
    const done = await copy(code.textContent ?? "");
    said.textContent = done ? "Copied" : "Select and copy";
    button.classList.toggle("copied", done);
    setTimeout(() => {
      said.textContent = "Copy";
      button.classList.remove("copied");
    }, 2000);
  });
  const command = commandIn(code.textContent ?? "", store.beside?.prompt);
  const words = "Put it into the terminal";
  const toTerminal =
    command && iconButton("terminal", words, { class: "to-terminal", on: { click: () => store.emit("line", command) } });
  return h("div.pre", {}, h("pre", {}, code), button, toTerminal);
}

/** @param {string} text @returns {Promise<boolean>} whether the clipboard took it */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** @param {(Node | Node[])[][]} rows the first is the head @param {string[]} align */
export function drawTable(rows, align) {
  const cell = (/** @type {string} */ tag) => (/** @type {any} */ content, /** @type {number} */ index) =>
    h(tag, { class: `align-${align[index] ?? "left"}`, scope: tag === "th" ? "col" : null }, content);
  const [head = [], ...body] = rows;
  const table = h(
    "table",
    {},
    h("thead", {}, h("tr", {}, head.map(cell("th")))),
    h(
      "tbody",
      {},
      body.map((row) => h("tr", {}, row.map(cell("td")))),
    ),
  );
  return h("div.table-scroll", { role: "group", "aria-label": "Table", tabindex: 0 }, table);
}

/** Anything that nobody here knows, as what it is. @param {any} thing */
export function drawJson(thing) {
  return h(
    "div.unknown",
    {},
    h("p.quiet", {}, `“${thing?.type ?? "untyped"}” is not drawn here; this is its JSON`),
    h("pre", {}, JSON.stringify(thing, null, 2)),
  );
}

/** @param {string} source @param {Store} store @returns {Node[]} */
export function drawMrkdwn(source, store) {
  return drawChunks(parseMrkdwn(source), store);
}

/**
 * A text object, or a bare string, as a person reads it without any style.
 *
 * @param {any} text
 * @returns {string}
 */
export function plain(text) {
  if (typeof text === "string") return withEmoji(text);
  return withEmoji(unescape(String(text?.text ?? "")));
}

/** A text object. @param {any} text @param {Store} store @returns {Node[]} */
export function drawText(text, store) {
  if (text?.type === "mrkdwn") return drawMrkdwn(text.text, store);
  return [h("p", {}, plain(text))];
}

/**
 * Draws Block Kit. A block that nobody here knows is drawn as its JSON, never as nothing.
 *
 * @typedef {import("./elements.js").Scope} Scope
 */
import { drawControl, isControl, withSaved } from "./controls.js";
import { h } from "./dom.js";
import { drawChunks, drawJson, drawTable, drawText, plain } from "./draw.js";
import { actOnChange, drawElement, drawImage, noteOnChange } from "./elements.js";
import { drawFile } from "./files.js";
import { parseMarkdown } from "./markdown.js";
import { uniqueId } from "./menu.js";
import { readRichText } from "./richtext.js";

/** @param {any[]} blocks @param {Scope} scope @returns {HTMLElement[]} */
export function drawBlocks(blocks, scope) {
  return blocks.map((block, index) => {
    const named = { ...block, block_id: block.block_id ?? `block-${index}` };
    const draw = Object.hasOwn(DRAW, block.type) ? DRAW[block.type] : null;
    const node = h(
      "div.block",
      { data: { blockId: named.block_id } },
      draw?.(named, scope) ?? drawJson(block),
    );
    node.classList.add(draw ? `block-${block.type.replaceAll("_", "-")}` : "block-unknown");
    return node;
  });
}

/**
 * The older way to enrich a message: a bar with blocks or text beside it.
 *
 * @param {any} item
 * @param {Scope} scope
 */
export function drawAttachment(item, scope) {
  const node = h(
    "div.attachment.text",
    {},
    item.pretext && drawText({ type: "mrkdwn", text: item.pretext }, scope.store),
    item.title && h("strong", {}, plain(item.title)),
    item.blocks
      ? h("div.blocks", {}, drawBlocks(item.blocks, scope))
      : drawText({ type: "mrkdwn", text: item.text || item.fallback || "" }, scope.store),
  );
  if (/^#?[0-9a-f]{6}$/i.test(item.color ?? ""))
    node.style.borderInlineStartColor = `#${item.color.replace("#", "")}`;
  return node;
}

/** @type {Record<string, (block: any, scope: Scope) => Node | Node[] | null>} */
const DRAW = {
  header: (block) => h("h2", {}, plain(block.text)),
  divider: () => h("hr"),
  section: drawSection,
  context: (block, scope) =>
    block.elements.map((/** @type {any} */ element) =>
      element.type === "image" ? drawImage(element) : h("div.text", {}, drawText(element, scope.store)),
    ),
  actions: (block, scope) =>
    block.elements.map((/** @type {any} */ element) => drawElement(element, block, scope)),
  image: (block) => h("figure", {}, block.title && h("figcaption", {}, plain(block.title)), drawImage(block)),
  rich_text: (block, scope) => {
    const chunks = readRichText(block);
    return chunks && h("div.text", {}, drawChunks(chunks, scope.store));
  },
  markdown: (block, scope) =>
    h("div.text", {}, drawChunks(parseMarkdown(String(block.text ?? "")), scope.store)),
  table: drawTableBlock,
  input: drawInput,
  file: (block, scope) => {
    const file = scope.files?.find(({ id }) => id === block.file_id || id === block.external_id);
    return file ? drawFile(file, scope.store) : null;
  },
};

/** @param {any} block @param {Scope} scope */
function drawSection(block, scope) {
  const body = h(
    "div.section-body",
    {},
    block.text && h("div.text", {}, drawText(block.text, scope.store)),
    block.fields &&
      h(
        "div.fields",
        {},
        block.fields.map((/** @type {any} */ field) => h("div.text", {}, drawText(field, scope.store))),
      ),
  );
  return [
    body,
    ...(block.accessory ? [h("div.accessory", {}, drawElement(block.accessory, block, scope))] : []),
  ];
}

/** @param {any} block @param {Scope} scope */
function drawTableBlock(block, scope) {
  const align = (block.column_settings ?? []).map((/** @type {any} */ column) => column?.align ?? "left");
  const cell = (/** @type {any} */ content) => {
    if (content?.type !== "rich_text")
      return [document.createTextNode(String(content?.text ?? content?.value ?? ""))];
    const chunks = readRichText(content);
    return chunks ? drawChunks(chunks, scope.store) : [drawJson(content)];
  };
  return drawTable(
    (block.rows ?? []).map((/** @type {any[]} */ row) => row.map(cell)),
    align,
  );
}

/** @param {any} block @param {Scope} scope */
function drawInput(block, scope) {
  const { element } = block;
  if (!isControl(element?.type)) return drawJson(block);
  const [id, hint, error] = [uniqueId("field"), uniqueId("hint"), uniqueId("error")];
  const saved = scope.saved?.[block.block_id]?.[element.action_id];
  const control = drawControl(withSaved(element, saved), block.block_id, {
    store: scope.store,
    id,
    label: plain(block.label),
    describedBy: block.hint ? `${error} ${hint}` : error,
    required: !block.optional,
  });
  if (block.dispatch_action) actOnChange(control, element, block, scope);
  else noteOnChange(control, element, block, scope);
  const grouped = control.getAttribute("role")?.endsWith("group");
  return [
    h(
      grouped ? "div.label" : "label.label",
      { for: grouped ? null : id, "aria-hidden": grouped ? "true" : null },
      plain(block.label),
      block.optional && h("span.quiet", {}, " (optional)"),
    ),
    control,
    h("p.field-error", { id: error, hidden: true }),
    block.hint && h("p.hint", { id: hint }, plain(block.hint)),
  ];
}

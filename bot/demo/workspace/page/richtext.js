/**
 * Slack's `rich_text` block as the same data that mrkdwn gives. Pure.
 *
 * @typedef {import("./mrkdwn.js").Inline} Inline
 * @typedef {import("./mrkdwn.js").Chunk} Chunk
 */

/**
 * @param {any} block a `rich_text` block
 * @returns {Chunk[] | null} null when it holds an element that nobody here knows
 */
export function readRichText(block) {
  /** @type {Chunk[]} */
  const chunks = [];
  for (const element of block.elements ?? []) {
    const chunk = readElement(element);
    if (!chunk) return null;
    chunks.push(chunk);
  }
  return chunks;
}

/** @param {any} element @returns {Chunk | null} */
function readElement(element) {
  const children = () => (element.elements ?? []).map(readInline);
  switch (element.type) {
    case "rich_text_section":
      return { type: "paragraph", children: children() };
    case "rich_text_quote":
      return { type: "quote", children: children() };
    case "rich_text_preformatted":
      return { type: "pre", children: children() };
    case "rich_text_list":
      return {
        type: "list",
        ordered: element.style === "ordered",
        start: (element.offset ?? 0) + 1,
        indent: element.indent ?? 0,
        items: (element.elements ?? []).map((/** @type {any} */ item) =>
          (item.elements ?? []).map(readInline),
        ),
      };
    default:
      return null;
  }
}

/** @param {any} element @returns {Inline} */
function readInline(element) {
  return dressed(plainInline(element), element.style ?? {});
}

/** @param {any} element @returns {Inline} */
function plainInline(element) {
  switch (element.type) {
    case "text":
      return { type: "text", text: String(element.text ?? "") };
    case "link":
      return {
        type: "link",
        url: String(element.url),
        children: [{ type: "text", text: String(element.text || element.url) }],
      };
    case "user":
      return { type: "user", id: String(element.user_id) };
    case "channel":
      return { type: "channel", id: String(element.channel_id) };
    case "usergroup":
      return { type: "usergroup", id: String(element.usergroup_id) };
    case "broadcast":
      return { type: "broadcast", range: String(element.range) };
    case "emoji":
      return { type: "emoji", name: String(element.name) };
    case "color":
      return { type: "color", value: String(element.value) };
    case "date":
      return {
        type: "date",
        unix: Number(element.timestamp),
        format: String(element.format),
        url: element.url,
        fallback: String(element.fallback ?? ""),
      };
    default:
      return { type: "code", text: JSON.stringify(element) };
  }
}

/** @param {Inline} node @param {Record<string, boolean>} style @returns {Inline} */
function dressed(node, style) {
  let result = node;
  if (style.code && node.type === "text") result = { type: "code", text: node.text };
  if (style.bold) result = { type: "bold", children: [result] };
  if (style.italic) result = { type: "italic", children: [result] };
  if (style.strike) result = { type: "strike", children: [result] };
  if (style.underline) result = { type: "underline", children: [result] };
  return result;
}

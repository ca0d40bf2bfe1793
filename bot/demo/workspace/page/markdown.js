/**
 * Markdown, as far as a `markdown` block and a post-mortem need it, as the same data that mrkdwn
 * gives. Pure: HTML inside Markdown is text like any other.
 *
 * @typedef {import("./mrkdwn.js").Inline} Inline
 * @typedef {import("./mrkdwn.js").Chunk} Chunk
 */
import { EMOJI } from "./emoji.js";

const FENCE = /^ {0,3}(```+|~~~+)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const DELIMITER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** @param {string} source @returns {Chunk[]} */
export function parseMarkdown(source) {
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  /** @type {Chunk[]} */
  const chunks = [];
  let at = 0;
  while (at < lines.length) {
    const step =
      fence(lines, at) ??
      single(lines[at]) ??
      table(lines, at) ??
      quote(lines, at) ??
      list(lines, at) ??
      paragraph(lines, at);
    if (step.chunk) chunks.push(step.chunk);
    at += step.used;
  }
  return chunks;
}

/** @typedef {{chunk: Chunk | null, used: number}} Step */

/** @param {string[]} lines @param {number} at @returns {Step | null} */
function fence(lines, at) {
  const open = lines[at].match(FENCE);
  if (!open) return null;
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(open[1])) end += 1;
  const text = lines.slice(at + 1, end).join("\n");
  return { chunk: { type: "pre", children: [{ type: "text", text }] }, used: end - at + 1 };
}

/** Chunks of one line. @param {string} line @returns {Step | null} */
function single(line) {
  if (line.trim() === "") return { chunk: null, used: 1 };
  if (RULE.test(line)) return { chunk: { type: "rule" }, used: 1 };
  const heading = line.match(HEADING);
  if (!heading) return null;
  return { chunk: { type: "heading", level: heading[1].length, children: inline(heading[2]) }, used: 1 };
}

/** @param {string[]} lines @param {number} at @returns {Step | null} */
function table(lines, at) {
  if (!lines[at].includes("|") || !DELIMITER.test(lines[at + 1] ?? "")) return null;
  const align = cells(lines[at + 1]).map((cell) =>
    /^:-+:$/.test(cell) ? "center" : /-:$/.test(cell) ? "right" : "left",
  );
  const rows = [cells(lines[at]).map(inline)];
  let end = at + 2;
  for (; end < lines.length && lines[end].includes("|"); end += 1) rows.push(cells(lines[end]).map(inline));
  return { chunk: { type: "table", align, rows }, used: end - at };
}

/** @param {string} line */
function cells(line) {
  const inner = line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));
}

/** @param {string[]} lines @param {number} at @returns {Step | null} */
function quote(lines, at) {
  let end = at;
  while (end < lines.length && /^ {0,3}>/.test(lines[end])) end += 1;
  if (end === at) return null;
  const text = lines
    .slice(at, end)
    .map((line) => line.replace(/^ {0,3}> ?/, ""))
    .join("\n");
  return { chunk: { type: "quote", children: inline(text) }, used: end - at };
}

/**
 * One run of items of one kind and depth; what is nested becomes a run of its own.
 *
 * @param {string[]} lines
 * @param {number} at
 * @returns {Step | null}
 */
function list(lines, at) {
  const first = lines[at].match(ITEM);
  if (!first) return null;
  const ordered = /\d/.test(first[2]);
  /** @type {string[]} */
  const items = [];
  let end = at;
  for (; end < lines.length; end += 1) {
    const item = lines[end].match(ITEM);
    if (item) {
      if (item[1].length !== first[1].length || /\d/.test(item[2]) !== ordered) break;
      items.push(item[3]);
    } else if (/^\s+\S/.test(lines[end])) {
      items[items.length - 1] += `\n${lines[end].trim()}`;
    } else break;
  }
  return {
    chunk: {
      type: "list",
      ordered,
      start: ordered ? Number.parseInt(first[2], 10) : 1,
      indent: Math.min(8, Math.ceil(first[1].length / 3)),
      items: items.map((item) =>
        inline(item.replace(/^\[( |x|X)\] /, (_, mark) => (mark === " " ? "☐ " : "☑ "))),
      ),
    },
    used: end - at,
  };
}

/** @param {string[]} lines @param {number} at @returns {Step} */
function paragraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() !== "" && !startsBlock(lines[end])) end += 1;
  return { chunk: { type: "paragraph", children: inline(lines.slice(at, end).join("\n")) }, used: end - at };
}

/** @param {string} line */
const startsBlock = (line) =>
  FENCE.test(line) || HEADING.test(line) || RULE.test(line) || ITEM.test(line) || /^ {0,3}>/.test(line);

const INLINE = [
  { pattern: /\\([\\`*_{}[\]()#+\-.!|~<>])/y, make: (/** @type {string[]} */ m) => text(m[1]) },
  {
    pattern: /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/y,
    make: (/** @type {string[]} */ m) => ({ type: "code", text: m[2] }),
  },
  {
    pattern: /!?\[([^[\]\n]*)\]\(<?([^\s()<>]+)>?(?:\s+"[^"\n]*")?\)/y,
    make: (/** @type {string[]} */ m) => linkTo(m[2], inline(m[1])),
  },
  {
    pattern: /<(https?:\/\/[^\s<>]+|mailto:[^\s<>]+)>/y,
    make: (/** @type {string[]} */ m) => linkTo(m[1], [text(m[1])]),
  },
  {
    pattern: /https?:\/\/[^\s<>()]*[^\s<>().,;:!?'"*]/y,
    make: (/** @type {string[]} */ m) => linkTo(m[0], [text(m[0])]),
  },
  {
    pattern: /(\*\*|__)(?=\S)((?:(?!\1)[\s\S])*?\S)\1/y,
    make: (/** @type {string[]} */ m) => ({ type: "bold", children: inline(m[2]) }),
  },
  {
    pattern: /~~(?=\S)((?:(?!~~)[\s\S])*?\S)~~/y,
    make: (/** @type {string[]} */ m) => ({ type: "strike", children: inline(m[1]) }),
  },
  {
    pattern: /\*(?=\S)([^*]*?\S)\*/y,
    make: (/** @type {string[]} */ m) => ({ type: "italic", children: inline(m[1]) }),
  },
  {
    pattern: /(?<![\p{L}\p{N}_])_(?=\S)([^_]*?\S)_(?![\p{L}\p{N}_])/uy,
    make: (/** @type {string[]} */ m) => ({ type: "italic", children: inline(m[1]) }),
  },
  {
    pattern: /:([a-z0-9_+-]+):/y,
    make: (/** @type {string[]} */ m) => (EMOJI.has(m[1]) ? { type: "emoji", name: m[1] } : text(m[0])),
  },
];
const STARTS = /[\\`![<h*_~:]/;

/** @param {string} value @returns {Inline} */
const text = (value) => ({ type: "text", text: value });

/** @param {string} url @param {Inline[]} children @returns {Inline} */
const linkTo = (url, children) => ({ type: "link", url, children });

/** @param {string} source @returns {Inline[]} */
function inline(source) {
  /** @type {Inline[]} */
  const nodes = [];
  let pending = "";
  for (let at = 0; at < source.length;) {
    const found = STARTS.test(source[at]) ? match(source, at) : null;
    if (!found) {
      pending += source[at];
      at += 1;
      continue;
    }
    if (pending) nodes.push(text(pending));
    pending = "";
    nodes.push(found.node);
    at = found.end;
  }
  if (pending) nodes.push(text(pending));
  return nodes;
}

/** @param {string} source @param {number} at @returns {{node: Inline, end: number} | null} */
function match(source, at) {
  for (const { pattern, make } of INLINE) {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) return { node: /** @type {Inline} */ (make(found)), end: at + found[0].length };
  }
  return null;
}

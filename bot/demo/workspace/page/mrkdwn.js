/**
 * Slack's mrkdwn as data. Pure: it reads a string and returns nodes; it may not touch the document.
 *
 * @typedef {{type: "text", text: string}
 *   | {type: "bold" | "italic" | "strike" | "underline", children: Inline[]}
 *   | {type: "code", text: string}
 *   | {type: "link", url: string, children: Inline[]}
 *   | {type: "user" | "channel" | "usergroup", id: string, label?: string}
 *   | {type: "broadcast", range: string}
 *   | {type: "date", unix: number, format: string, url?: string, fallback: string}
 *   | {type: "emoji", name: string}
 *   | {type: "color", value: string}} Inline
 * @typedef {{type: "paragraph" | "quote", children: Inline[]}
 *   | {type: "pre", children: Inline[]}
 *   | {type: "heading", level: number, children: Inline[]}
 *   | {type: "list", ordered: boolean, start: number, indent: number, items: Inline[][]}
 *   | {type: "table", align: string[], rows: Inline[][][]}
 *   | {type: "rule"}} Chunk
 */
import { EMOJI } from "./emoji.js";

/** @type {Record<string, "bold" | "italic" | "strike">} */
const STYLES = { "*": "bold", _: "italic", "~": "strike" };
/** @type {Record<string, string>} */
const ESCAPES = { lt: "<", gt: ">", amp: "&" };
const WORD = /[\p{L}\p{N}]/u;
const TOKEN = /<([^<>\n]+)>/y;
const CODE = /`([^`\n]+)`/y;
const NAME = /:([a-z0-9_+-]+)(?:::skin-tone-[2-6])?:/y;
const URL_TEXT = /https?:\/\/[^\s<>|"`]+/y;
const QUOTE = /^(?:>|&gt;) ?/;

/** Undoes the three escapes that Slack knows. @param {string} text */
export function unescape(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ESCAPES[name]);
}

/** Makes what a person typed safe to send. @param {string} text */
export function escape(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/**
 * Reads a whole text: fences, quotes and paragraphs.
 *
 * @param {string} source as Slack stores it, with `&lt;` for a literal `<`
 * @returns {Chunk[]}
 */
export function parseMrkdwn(source) {
  /** @type {Chunk[]} */
  const chunks = [];
  const fences = source.split(/```([\s\S]+?)```/);
  fences.forEach((piece, index) => {
    if (index % 2) {
      const text = piece.replace(/^\n/, "").replace(/\n$/, "");
      chunks.push({ type: "pre", children: parseInline(text, true) });
    } else {
      chunks.push(...paragraphs(trimNewlines(piece, index > 0, index < fences.length - 1)));
    }
  });
  return chunks;
}

/**
 * A fence is a block of its own, so the line breaks next to it are spent.
 *
 * @param {string} text
 * @param {boolean} head
 * @param {boolean} tail
 */
function trimNewlines(text, head, tail) {
  const start = head ? text.replace(/^\n/, "") : text;
  return tail ? start.replace(/\n$/, "") : start;
}

/** @param {string} text @returns {Chunk[]} */
function paragraphs(text) {
  /** @type {{type: "paragraph" | "quote", lines: string[]}[]} */
  const groups = [];
  let open = false;
  for (const line of text.split("\n")) {
    const rest = line.match(/^(?:>>>|&gt;&gt;&gt;) ?/);
    const quoted = open || QUOTE.test(line);
    const type = quoted ? "quote" : "paragraph";
    const content = !quoted
      ? line
      : rest
        ? line.slice(rest[0].length)
        : open
          ? line
          : line.replace(QUOTE, "");
    if (rest) open = true;
    const last = groups[groups.length - 1];
    if (last?.type === type) last.lines.push(content);
    else groups.push({ type, lines: [content] });
  }
  return groups
    .map(({ type, lines }) => ({ type, source: lines.join("\n") }))
    .filter(({ source }) => source.trim() !== "")
    .map(({ type, source }) => ({ type, children: parseInline(source) }));
}

/**
 * Reads the marks inside a paragraph.
 *
 * @param {string} source
 * @param {boolean} [verbatim] read only `<…>` tokens, as inside a fence
 * @returns {Inline[]}
 */
export function parseInline(source, verbatim = false) {
  /** @type {Inline[]} */
  const nodes = [];
  /** @type {Record<string, number>} no closing mark before this place: each line is searched once */
  const barren = {};
  let text = "";
  const flush = () => {
    if (text) nodes.push({ type: "text", text: unescape(text) });
    text = "";
  };
  for (let at = 0; at < source.length;) {
    const found =
      token(source, at) ??
      (verbatim
        ? null
        : (code(source, at) ?? styled(source, at, barren) ?? named(source, at) ?? bareUrl(source, at)));
    if (found) {
      flush();
      nodes.push(found.node);
      at = found.end;
    } else {
      text += source[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

/** @typedef {{node: Inline, end: number} | null} Found */

/** @param {RegExp} pattern sticky @param {string} source @param {number} at */
function matchAt(pattern, source, at) {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

/** @param {string} source @param {number} at @returns {Found} */
function token(source, at) {
  if (source[at] !== "<") return null;
  const match = matchAt(TOKEN, source, at);
  const node = match && readToken(match[1]);
  return match && node ? { node, end: at + match[0].length } : null;
}

/**
 * What stands between `<` and `>`; null when it means nothing, so that it stays as written.
 *
 * @param {string} body
 * @returns {Inline | null}
 */
function readToken(body) {
  const bar = body.indexOf("|");
  const head = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? undefined : unescape(body.slice(bar + 1));
  if (/^@[UW]\w+$/.test(head)) return { type: "user", id: head.slice(1), label };
  if (/^#[CGD]\w+$/.test(head)) return { type: "channel", id: head.slice(1), label };
  if (/^!subteam\^S\w+$/.test(head)) return { type: "usergroup", id: head.slice(9), label };
  if (/^!(here|channel|everyone)$/.test(head)) return { type: "broadcast", range: head.slice(1) };
  if (head.startsWith("!date^")) return readDate(head, label ?? "");
  if (/^(https?:\/\/|mailto:)\S/i.test(head)) {
    const url = unescape(head);
    return { type: "link", url, children: [{ type: "text", text: label || url.replace(/^mailto:/i, "") }] };
  }
  return null;
}

/** @param {string} head `!date^unix^format^url` @param {string} fallback @returns {Inline} */
function readDate(head, fallback) {
  const [, unix, format, url] = head.split("^");
  if (!/^-?\d+$/.test(unix) || !format) return { type: "text", text: fallback };
  return { type: "date", unix: Number(unix), format: unescape(format), url: url && unescape(url), fallback };
}

/** @param {string} source @param {number} at @returns {Found} */
function code(source, at) {
  if (source[at] !== "`") return null;
  const match = matchAt(CODE, source, at);
  if (!match) return null;
  const text = match[1].replace(/<(https?:[^<>|]+)(?:\|([^<>]*))?>/g, (_, url, label) => label || url);
  return { node: { type: "code", text: unescape(text) }, end: at + match[0].length };
}

/**
 * @param {string} source
 * @param {number} at
 * @param {Record<string, number>} barren
 * @returns {Found}
 */
function styled(source, at, barren) {
  const mark = source[at];
  const type = STYLES[mark];
  if (!type || at < (barren[mark] ?? 0)) return null;
  const next = source[at + 1];
  const before = source[at - 1];
  if ((before && WORD.test(before)) || !next || /\s/.test(next) || next === mark) return null;
  const end = closing(source, at + 1, mark);
  if (end < 0) {
    const newline = source.indexOf("\n", at);
    barren[mark] = newline < 0 ? source.length : newline;
    return null;
  }
  return { node: { type, children: parseInline(source.slice(at + 1, end)) }, end: end + 1 };
}

/**
 * Where the mark closes on this line, past code and tokens; -1 if nowhere.
 *
 * @param {string} source
 * @param {number} from
 * @param {string} mark
 */
function closing(source, from, mark) {
  for (let at = from; at < source.length && source[at] !== "\n";) {
    const skipped =
      source[at] === "`" ? matchAt(CODE, source, at) : source[at] === "<" ? matchAt(TOKEN, source, at) : null;
    if (skipped) {
      at += skipped[0].length;
      continue;
    }
    const after = source[at + 1];
    if (
      source[at] === mark &&
      at > from &&
      !/\s/.test(source[at - 1]) &&
      !(after && WORD.test(after)) &&
      after !== mark
    )
      return at;
    at += 1;
  }
  return -1;
}

/** @param {string} source @param {number} at @returns {Found} */
function named(source, at) {
  if (source[at] !== ":") return null;
  const match = matchAt(NAME, source, at);
  if (!match || !EMOJI.has(match[1])) return null;
  return { node: { type: "emoji", name: match[1] }, end: at + match[0].length };
}

/** @param {string} source @param {number} at @returns {Found} */
function bareUrl(source, at) {
  if (source[at] !== "h" || (at > 0 && WORD.test(source[at - 1]))) return null;
  const match = matchAt(URL_TEXT, source, at);
  if (!match) return null;
  const raw = match[0].replace(/&gt;.*$|&lt;.*$/, "").replace(/[.,;:!?)\]}'*_~]+$/, "");
  const url = unescape(raw);
  return { node: { type: "link", url, children: [{ type: "text", text: url }] }, end: at + raw.length };
}

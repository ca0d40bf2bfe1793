/**
 * The commands of the system beside the workspace, where messages show them. Pure.
 *
 * @typedef {import("./store.js").Message} Message
 */
import { readRichText } from "./richtext.js";

const MOST = 6;

/**
 * The text of a block of code if it is one command of that system, and one only.
 *
 * @param {string} text
 * @param {string | undefined} prompt the first word of each command; none without such a system
 * @returns {string | null}
 */
export function commandIn(text, prompt) {
  const line = text.trim();
  return prompt && line.startsWith(`${prompt} `) && !/\p{Cc}/u.test(line) ? line : null;
}

/**
 * What boards show of the steps in hand: the commands in the messages of apps, the newest first.
 *
 * @param {{app_id: string}[]} apps
 * @param {Message[]} messages
 * @param {string | undefined} prompt
 */
export function commandsAtHand(apps, messages, prompt) {
  const known = new Set(apps.map((app) => app.app_id));
  /** @type {Set<string>} */
  const found = new Set();
  for (const message of [...messages].reverse()) {
    if (!message.app_id || !known.has(message.app_id)) continue;
    for (const text of (message.blocks ?? []).flatMap(codeIn)) {
      const command = commandIn(text, prompt);
      if (command) found.add(command);
    }
  }
  return [...found].slice(0, MOST);
}

/** @param {any} block @returns {string[]} */
function codeIn(block) {
  if (block.type !== "rich_text") return [];
  return (readRichText(block) ?? []).flatMap((chunk) =>
    chunk.type === "pre" ? [chunk.children.map((/** @type {any} */ child) => child.text ?? "").join("")] : [],
  );
}

/**
 * How people and apps are shown: name, initials, and what they are here. It changes nothing.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./store.js").Message} Message
 */
import { h } from "./dom.js";

/** @param {Store} store @param {Message} message */
export function authorOf(store, message) {
  if (message.note || message.subtype === "tombstone")
    return { name: "Workspace", is_bot: true, isNote: true };
  const user = store.users.get(message.user ?? "");
  if (!message.user && message.username) return { name: message.username, is_bot: true };
  // What an app writes in a person's name is theirs, and says through what.
  if (user && !user.is_bot && message.bot_profile) return { ...user, via: message.bot_profile.name };
  return user ?? { name: message.user ?? "Somebody", is_bot: Boolean(message.bot_id) };
}

/** @param {any} user */
export const displayName = (user) => user?.real_name || user?.name || "Somebody";

/** Coloured initials: round for people, square for apps. @param {any} user */
export function avatar(user) {
  const letters = displayName(user)
    .split(/[\s_-]+/)
    .map((/** @type {string} */ word) => [...word][0] ?? "");
  const node = h(
    "span.avatar",
    { "aria-hidden": "true", class: user?.is_bot ? "app" : "" },
    letters.slice(0, 2).join("").toUpperCase(),
  );
  if (/^#[0-9a-f]{6}$/i.test(`#${(user?.color ?? "").replace("#", "")}`)) {
    node.style.setProperty("--own", `#${user.color.replace("#", "")}`);
  }
  return node;
}

/**
 * What somebody is, where that is not simply a member: an app, a guest, of elsewhere, gone.
 *
 * @param {any} user
 * @returns {{word: string, title: string} | null}
 */
export function standingOf(user) {
  if (user?.via) return { word: `via ${user.via}`, title: `Written by the app ${user.via}` };
  if (user?.is_bot) return user.isNote ? null : { word: "app", title: "An app" };
  if (user?.deleted) return { word: "deactivated", title: "Deactivated: can do nothing here any more" };
  if (user?.team) return { word: "external", title: `From another workspace, ${user.team}` };
  if (user?.guest === "single") return { word: "guest", title: "A guest of one channel" };
  if (user?.guest) return { word: "guest", title: "A guest: sees only the channels that they are in" };
  return null;
}

/** A small sign beside a name. @param {any} user */
export function badge(user) {
  const standing = standingOf(user);
  return standing && h("span.badge", { title: standing.title }, standing.word.toUpperCase());
}

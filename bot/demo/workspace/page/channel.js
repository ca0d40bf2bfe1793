/**
 * What people do to a channel: its menu, a new one, the links at its top, the word that it is closed.
 *
 * @typedef {import("./store.js").Store} Store
 */
import { api, inWords } from "./api.js";
import { h, iconButton, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { ask, askWords, menuButton } from "./menu.js";
import { toast } from "./toast.js";

const LONGEST_NAME = 80;
const LONGEST_TOPIC = 250;

/** The button that opens the menu of the channel of the place. @param {Store} store */
export function channelMenu(store) {
  const button = iconButton("dots", "Channel actions", { class: "channel-actions" });
  return menuButton(button, () => {
    const channel = store.channels.get(store.place.channel ?? "");
    if (!channel) return [];
    if (channel.is_archived) {
      return [{ label: "Unarchive channel", choose: () => change(store, { archived: false }) }];
    }
    return [
      { label: "Rename channel…", choose: () => rename(store, channel) },
      { label: "Change topic…", choose: () => changeTopic(store, channel) },
      { label: "Archive channel…", danger: true, choose: () => archive(store, channel) },
    ];
  });
}

/** The button that makes a channel. @param {Store} store */
export function newChannel(store) {
  return h(
    "button.nav-item.new-channel",
    { type: "button", on: { click: () => make(store) } },
    h("span", {}, "New channel…"),
  );
}

/** @param {Store} store */
async function make(store) {
  const name = await askWords({
    title: "New channel",
    label: "Name: lowercase, without spaces",
    most: LONGEST_NAME,
    confirm: "Create",
  });
  if (!name) return;
  const outcome = await api.openChannel({ user: store.me, name });
  if (!outcome.ok) {
    toast(inWords(outcome, "The new channel"));
    return;
  }
  await store.loadState();
  location.hash = store.address({ channel: outcome.channel, thread: null, app: null });
}

/** @param {Store} store @param {any} channel */
async function rename(store, channel) {
  const name = await askWords({
    title: `Rename #${channel.name}`,
    label: "Name: lowercase, without spaces",
    value: channel.name,
    most: LONGEST_NAME,
    confirm: "Rename",
  });
  if (name && name !== channel.name) await change(store, { name });
}

/** @param {Store} store @param {any} channel */
async function changeTopic(store, channel) {
  const topic = await askWords({
    title: `Topic of #${channel.name}`,
    label: "Topic",
    value: channel.topic ?? "",
    most: LONGEST_TOPIC,
    confirm: "Save",
  });
  if (topic !== null && topic !== channel.topic) await change(store, { topic });
}

/** @param {Store} store @param {any} channel */
async function archive(store, channel) {
  const meant = await ask({
    title: `Archive #${channel.name}?`,
    text: [document.createTextNode("Nobody can write there any more, and apps are put out of it.")],
    confirm: "Archive",
    deny: "Keep it",
    danger: true,
  });
  if (meant) await change(store, { archived: true });
}

/** @param {Store} store @param {object} what */
async function change(store, what) {
  const outcome = await api.use(store.place.channel ?? "", { user: store.me, ...what });
  if (!outcome.ok) toast(inWords(outcome, "The change"));
}

/** The links at the top of a channel, if there are any. @param {any} channel */
export function bookmarks(channel) {
  const links = (channel?.bookmarks ?? []).map(
    (/** @type {{title: string, link: string, emoji: string}} */ one) =>
      h(
        "span.bookmark",
        {},
        one.emoji && h("span.emoji", {}, emoji(one.emoji.replaceAll(":", ""))),
        link(one.link, one.title),
      ),
  );
  return links.length ? h("nav.bookmarks", { "aria-label": "Bookmarks" }, links) : null;
}

/** What stands where people would write. @param {any} channel */
export function archivedLine(channel) {
  return channel?.is_archived
    ? h("p.archived", { role: "status" }, `#${channel.name} is archived. Nobody can write here.`)
    : null;
}

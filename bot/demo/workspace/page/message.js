/**
 * Draws one message. It may not decide where the message stands: feed.js does.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./store.js").Message} Message
 * @typedef {{store: Store, thread: string | null, compact: boolean, saved: Record<string, Record<string, any>>}} Frame
 */
import { api, inWords } from "./api.js";
import { drawAttachment, drawBlocks } from "./blocks.js";
import { clockTime, formatDate } from "./dates.js";
import { h, hashLink, iconButton } from "./dom.js";
import { copy, drawMrkdwn } from "./draw.js";
import { COMMON, EMOJI, emoji } from "./emoji.js";
import { beginEdit, drawEditor, isEditable, isEdited } from "./editor.js";
import { drawFile } from "./files.js";
import { ask, menuButton, popUp } from "./menu.js";
import { authorOf, avatar, badge, displayName } from "./people.js";
import { toast } from "./toast.js";

/** What the workspace says of people, rather than what they say. */
const NOTICES = new Set([
  "channel_archive",
  "channel_join",
  "channel_leave",
  "channel_name",
  "channel_purpose",
  "channel_topic",
  "channel_unarchive",
  "tombstone",
]);

/** @param {Message} message @param {Frame} frame @returns {HTMLElement} */
export function drawMessage(message, frame) {
  const { store, thread, compact } = frame;
  const author = authorOf(store, message);
  const name = displayName(author);
  const board = message.blocks?.some((block) => ["header", "actions", "input"].includes(block.type));
  const node = h(
    "article.message",
    {
      "aria-label": `${name} at ${clockTime(message.ts)}`,
      tabindex: -1,
      data: { ts: message.ts, user: message.user },
      class: [
        compact && "compact",
        message.ephemeral && "ephemeral",
        board && "board",
        NOTICES.has(message.subtype ?? "") && "notice",
      ]
        .filter(Boolean)
        .join(" "),
    },
    message.ephemeral && privateLine(message, store),
    compact ? time(message, "gutter-time") : avatar(author),
    !compact &&
      h(
        "div.message-head",
        {},
        h("strong.author", {}, name),
        badge(author),
        time(message, ""),
        editedMark(message),
        pinnedMark(message),
      ),
    h(
      "div.message-body",
      {},
      isEdited(message, store, thread) ? drawEditor(message, frame) : body(message, frame),
      compact && [editedMark(message), pinnedMark(message)],
      reactions(message, store),
      !thread && threadLine(message, store),
    ),
    !message.ephemeral && !isEdited(message, store, thread) && toolbar(message, frame),
  );
  const wide = board || node.querySelector(".pre, .file, .table-scroll, .unknown");
  node.classList.toggle("wide", Boolean(wide) && !compact);
  return node;
}

/** @param {Message} message @param {string} kind */
function time(message, kind) {
  const title = formatDate(Number(message.ts), "{date_long_pretty} at {time_secs}");
  return h(
    "time",
    { class: kind, datetime: new Date(Number(message.ts) * 1000).toISOString(), title },
    clockTime(message.ts),
  );
}

/** Beside the time of a message; under one that continues another. @param {Message} message */
function editedMark({ edited }) {
  if (!edited) return null;
  const title = formatDate(Number(edited.ts), "{date_long_pretty} at {time_secs}");
  return h("span.quiet.edited", { title }, "(edited)");
}

/** Beside the time as well. @param {Message} message */
function pinnedMark({ pinned_to }) {
  return pinned_to?.length ? h("span.quiet.edited", { title: "Pinned to this channel" }, "📌 Pinned") : null;
}

/** @param {Message} message @param {Store} store */
function privateLine(message, store) {
  return h(
    "div.private",
    {},
    h("span", {}, "Only visible to you"),
    h(
      "button.link-button",
      {
        type: "button",
        on: { click: () => (message.note ? store.dismiss(message) : remove(message, store)) },
      },
      "Dismiss",
    ),
  );
}

/** @param {Message} message @param {Frame} frame */
function body(message, { store, thread, saved }) {
  const files = message.files ?? [];
  const placed = new Set(
    (message.blocks ?? [])
      .filter(({ type }) => type === "file")
      .map((block) => block.file_id ?? block.external_id),
  );
  const text = message.blocks?.length
    ? h("div.blocks", {}, drawBlocks(message.blocks, messageScope(message, store, saved)))
    : message.text && h("div.text", {}, drawMrkdwn(message.text, store));
  return [
    text,
    (message.attachments ?? []).map((/** @type {any} */ item) =>
      drawAttachment(item, messageScope(message, store, saved)),
    ),
    files.filter(({ id }) => !placed.has(id)).map((file) => drawFile(file, store)),
    thread && message.subtype === "thread_broadcast" && h("span.quiet", {}, "Also sent to the channel"),
  ];
}

/**
 * @param {Message} message
 * @param {Store} store
 * @param {Record<string, Record<string, any>>} saved
 * @returns {import("./elements.js").Scope}
 */
function messageScope(message, store, saved) {
  const { channel } = store.place;
  return {
    store,
    surface: "message",
    saved,
    files: message.files,
    act: (action) => api.act({ user: store.me, channel, message_ts: message.ts, ...action }),
  };
}

/** @param {Message} message @param {Store} store */
function reactions(message, store) {
  if (!message.reactions?.length) return null;
  const chips = message.reactions.map(({ name, users = [], count }) => {
    const who = users.map((id) => displayName(store.users.get(id))).join(", ");
    const mine = users.includes(store.me);
    return h(
      "button.reaction",
      {
        type: "button",
        class: mine ? "mine" : "",
        "aria-pressed": String(mine),
        "aria-label": `${count} reacted with ${name}: ${who}`,
        title: `${who} · :${name}:`,
        data: { reaction: name },
        on: { click: () => react(message, store, name, mine) },
      },
      h("span.emoji", {}, emoji(name)),
      String(count),
    );
  });
  return h("div.reactions", {}, chips);
}

/** @param {Message} message @param {Store} store */
function threadLine(message, store) {
  if (!message.reply_count) return null;
  const users = (message.reply_users ?? []).slice(0, 4).map((id) => store.users.get(id));
  const words = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  const last = message.latest_reply ? ` · last ${clockTime(message.latest_reply)}` : "";
  return hashLink(
    store.address({ thread: message.ts }),
    { class: "thread-line" },
    users.map(avatar),
    h("strong", {}, words),
    h("span.quiet", {}, last),
  );
}

/** @param {Message} message @param {Frame} frame */
function toolbar(message, { store, thread }) {
  const reply = iconButton("reply", "Reply in thread", {
    on: {
      click: () => {
        location.hash = store.address({ thread: message.thread_ts ?? message.ts });
      },
    },
  });
  const smile = iconButton("smile", "Add reaction", {
    on: { click: () => pickEmoji(smile, (name) => react(message, store, name)) },
  });
  const more = iconButton("dots", "More actions");
  const parent = message.thread_ts ?? message.ts;
  menuButton(more, () => [
    { label: "Add reaction…", choose: () => pickEmoji(more, (name) => react(message, store, name)) },
    ...(thread
      ? []
      : [
          {
            label: "Reply in thread",
            choose: () => {
              location.hash = store.address({ thread: parent });
            },
          },
        ]),
    ...shortcuts(message, store),
    { label: "Copy link", choose: () => copyLink(message, store) },
    message.pinned_to?.length
      ? { label: "Unpin from channel", choose: () => pin(message, store, true) }
      : { label: "Pin to channel", choose: () => pin(message, store) },
    ...(isEditable(message, store)
      ? [{ label: "Edit message", choose: () => beginEdit(message, store, thread) }]
      : []),
    ...(message.user === store.me
      ? [{ label: "Delete message", danger: true, choose: () => removeIfMeant(message, store) }]
      : []),
  ]);
  return h("div.toolbar", { role: "group", "aria-label": "Message actions" }, smile, !thread && reply, more);
}

/** @param {Message} message @param {Store} store */
function shortcuts(message, store) {
  return store.apps.flatMap((app) =>
    (app.shortcuts ?? [])
      .filter((/** @type {any} */ item) => String(item.type).includes("message"))
      .map((/** @type {any} */ item) => ({
        label: item.name,
        description: app.name,
        choose: async () => {
          const outcome = await api.shortcut({
            user: store.me,
            callback_id: item.callback_id,
            channel: store.place.channel,
            message_ts: message.ts,
          });
          if (!outcome.ok) toast(inWords(outcome, `“${item.name}”`));
        },
      })),
  );
}

/**
 * Adds a reaction, or takes it back.
 *
 * @param {Message} message
 * @param {Store} store
 * @param {string} name
 * @param {boolean} [back]
 */
async function react(message, store, name, back = false) {
  const body = { user: store.me, channel: store.place.channel ?? "", ts: message.ts, name };
  const outcome = await (back ? api.unreact(body) : api.react(body));
  const asWished = ["already_reacted", "no_reaction"].includes(outcome.error ?? "");
  if (!outcome.ok && !asWished) toast(inWords(outcome, "The reaction"));
}

/**
 * Pins a message, or takes the pin back.
 *
 * @param {Message} message
 * @param {Store} store
 * @param {boolean} [back]
 */
async function pin(message, store, back = false) {
  const body = { user: store.me, channel: store.place.channel ?? "", ts: message.ts };
  const outcome = await (back ? api.unpin(body) : api.pin(body));
  if (!outcome.ok) toast(inWords(outcome, "The pin"));
}

/** @param {Message} message @param {Store} store */
async function removeIfMeant(message, store) {
  const meant = await ask({
    title: "Delete this message?",
    text: [document.createTextNode("It is gone for everyone, and cannot be brought back.")],
    confirm: "Delete",
    deny: "Keep it",
    danger: true,
  });
  if (meant) await remove(message, store);
}

/** @param {Message} message @param {Store} store */
async function remove(message, store) {
  const outcome = await api.remove(store.place.channel ?? "", message.ts, store.me);
  if (!outcome.ok) toast(inWords(outcome, "Deleting"));
}

/** @param {Message} message @param {Store} store */
async function copyLink(message, store) {
  const reply = message.thread_ts && message.thread_ts !== message.ts;
  const address = store.address({ thread: reply ? message.thread_ts : null, as: null, at: message.ts });
  toast((await copy(`${location.origin}/${address}`)) ? "Link copied" : "The browser did not allow copying");
}

/**
 * A small grid of emoji with a search.
 *
 * @param {HTMLElement} anchor
 * @param {(name: string) => void} choose
 */
function pickEmoji(anchor, choose) {
  const grid = h("div.emoji-grid", {});
  const search = h("input.field", {
    type: "search",
    placeholder: "Find an emoji",
    "aria-label": "Find an emoji",
  });
  const panel = h("div.emoji-picker", { role: "dialog", "aria-label": "Choose an emoji" }, search, grid);
  const show = () => {
    const names = search.value
      ? [...EMOJI.keys()].filter((name) => name.includes(search.value.toLowerCase()))
      : COMMON;
    grid.replaceChildren(
      ...names.slice(0, 48).map((name) =>
        h(
          "button",
          {
            type: "button",
            "aria-label": name,
            title: `:${name}:`,
            on: {
              click: () => {
                panel.hidePopover();
                choose(name);
              },
            },
          },
          emoji(name),
        ),
      ),
    );
  };
  search.addEventListener("input", show);
  show();
  popUp(anchor, panel);
  search.focus();
}

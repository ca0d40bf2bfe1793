/**
 * Puts the page together. The only module that knows every other.
 */
import { Calls } from "./calls.js";
import { archivedLine, bookmarks, channelMenu } from "./channel.js";
import { Composer } from "./composer.js";
import { fill, h, hashLink, icon, iconButton } from "./dom.js";
import { drawMrkdwn } from "./draw.js";
import { listen } from "./events.js";
import { faultWords } from "./faults.js";
import { Feed } from "./feed.js";
import { Home } from "./home.js";
import { popUp } from "./menu.js";
import { keepModals } from "./modal.js";
import { authorOf, displayName } from "./people.js";
import { parsePlace } from "./route.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { Thread } from "./thread.js";

const store = new Store();
/** @param {string} id @returns {HTMLElement} */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const [shell, nav, main, panel, banner, announcer] = [
  "shell",
  "sidebar",
  "main",
  "panel",
  "banner",
  "announcer",
].map(byId);

const sidebar = new Sidebar(store, nav, { onCalls: () => toggleCalls(!store.callsOpen) });
const home = new Home(store);
const calls = new Calls(store, { onClose: () => toggleCalls(false) });
const composer = new Composer(store, { thread: null, onSent: () => feed.toEnd() });
const feed = new Feed(store, { label: "Messages", thread: null, empty: welcome });
const heading = h("div.main-title");
const aside = h("div.main-aside");
const top = h("div.channel-top");
const closed = h("div.channel-closed");
const channelView = h("div.channel-view", {}, top, feed.node, closed, composer.node);
const actions = channelMenu(store);
/** @type {Thread | null} */
let thread = null;

fill(
  main,
  h(
    "header.main-head",
    {},
    iconButton("menu", "Channels and apps", { class: "menu-button", on: { click: () => toggleNav(true) } }),
    heading,
    aside,
  ),
  channelView,
  home.node,
);
keepModals(store);

/** A channel without messages says what it is for. */
function welcome() {
  const channel = store.channels.get(store.place.channel ?? "");
  if (!channel) return [h("div.empty", {}, h("h2", {}, "No channel to show"))];
  const commands = store.apps.flatMap((app) => app.commands ?? []).slice(0, 3);
  return [
    h(
      "div.empty",
      {},
      h("h2", {}, `This is the start of ${titleOf(channel)}`),
      h("p", {}, "Write to everyone here, mention somebody with @, or type / for a command."),
      commands.length > 0 &&
        h(
          "p",
          {},
          "Try ",
          commands.map((command, index) => [index > 0 && ", ", h("code", {}, command.command)]),
        ),
    ),
  ];
}

/** @param {any} channel */
const titleOf = (channel) => `${channel.is_im ? "" : "#"}${store.channelName(channel)}`;

function drawHead() {
  const { place } = store;
  const channel = store.channels.get(place.channel ?? "");
  const app = store.apps.find((item) => item.app_id === place.app);
  const name = app?.name ?? (channel ? store.channelName(channel) : store.team.name);
  const sign = app ? "home" : channel?.is_im ? "reply" : channel?.is_private ? "lock" : "hash";
  fill(
    heading,
    h("h1", {}, icon(sign), h("span", {}, name)),
    h("p.topic", {}, app ? "Home" : channel?.topic),
  );
  const count = channel?.members?.length;
  fill(
    aside,
    drawFaults(faultWords(store.faults)),
    count &&
      h(
        "span.quiet.members",
        {
          title: channel.members
            .map((/** @type {string} */ id) => displayName(store.users.get(id)))
            .join(", "),
        },
        `${count} member${count === 1 ? "" : "s"}`,
      ),
    channel && !channel.is_im && actions,
  );
  fill(top, bookmarks(channel));
  fill(closed, archivedLine(channel));
  composer.node.hidden = Boolean(channel?.is_archived);
  const unread = [...store.unread.values()].reduce((sum, value) => sum + value, 0);
  document.title = `${unread ? `(${unread}) ` : ""}${channel ? titleOf(channel) : name} · ${store.team.name}`;
}

/** A badge that says how many faults are on, and when asked, which. @param {string[]} words */
function drawFaults(words) {
  if (!words.length) return null;
  const count = words.length === 1 ? "1 fault on" : `${words.length} faults on`;
  const badge = h(
    "button.fault-badge",
    { type: "button", title: words.join("\n"), "aria-haspopup": "dialog", "aria-expanded": "false" },
    icon("warning"),
    h("span", {}, count),
  );
  badge.addEventListener("click", () => {
    const list = h(
      "ul",
      {},
      words.map((text) => h("li", {}, text)),
    );
    const panel = h("div.fault-list", { role: "dialog", "aria-label": count, tabindex: -1 }, list);
    popUp(badge, panel);
    panel.focus();
  });
  return badge;
}

/** Shows the panel that the place and the switches ask for. */
function drawPanel() {
  const wanted = store.place.thread;
  if (thread && (thread.ts !== wanted || thread.owner !== ownerOf())) {
    thread.close();
    thread = null;
  }
  if (wanted && !thread) {
    thread = new Thread(store, wanted, { onClose: closeThread });
    thread.owner = ownerOf();
  }
  const page = store.callsOpen ? calls.node : thread?.node;
  panel.hidden = !page;
  panel.setAttribute("aria-label", store.callsOpen ? "Web API calls" : "Thread");
  if (page && panel.firstChild !== page) {
    fill(panel, page);
    if (!store.callsOpen) thread?.opened();
  }
  shell.classList.toggle("with-panel", Boolean(page));
}

const ownerOf = () => `${store.me}/${store.place.channel}`;

function closeThread() {
  const ts = store.place.thread;
  location.hash = store.address({ thread: null });
  /** @type {HTMLElement | null} */ (main.querySelector(`[data-ts="${CSS.escape(ts ?? "")}"]`))?.focus({
    preventScroll: true,
  });
}

/** @param {boolean} open */
function toggleCalls(open) {
  store.callsOpen = open;
  toggleNav(false);
  sidebar.update();
  drawPanel();
  store.loadCalls();
}

/** The sidebar is a drawer where the screen is narrow. @param {boolean} open */
function toggleNav(open) {
  shell.classList.toggle("nav-open", open);
  if (open) /** @type {HTMLElement | null} */ (nav.querySelector("[aria-current], a, button"))?.focus();
}

/** Goes where the address says, and to the message that it names. */
async function follow() {
  const place = parsePlace(location.hash);
  await store.goTo(place);
  if (place.at) show(place.at);
}

/** Brings one message into sight. @param {string} ts */
function show(ts) {
  const found = document.querySelectorAll(`[data-ts="${CSS.escape(ts)}"]`);
  /** @type {HTMLElement | undefined} */ ([...found].pop())?.focus();
}

let where = "";
store.on("place", () => {
  const { place, me } = store;
  const now = `${me}/${place.channel}/${place.app}`;
  const moved = now !== where;
  where = now;
  if (moved) {
    feed.reset();
    toggleNav(false);
    const channel = store.channels.get(place.channel ?? "");
    composer.open(channel ? `Message ${titleOf(channel)}` : "Message");
  }
  channelView.hidden = Boolean(place.app);
  home.node.hidden = !place.app;
  home.update();
  sidebar.update();
  drawHead();
  drawPanel();
  const touch = matchMedia("(hover: none)").matches;
  if (moved && !place.app && !place.thread && !touch) composer.field.focus({ preventScroll: true });
});
store.on("state", () => {
  sidebar.update();
  drawHead();
  feed.update();
});
store.on("messages", () => {
  feed.update();
  thread?.update();
});
store.on("unread", () => {
  sidebar.update();
  drawHead();
});
store.on("home", () => home.update());
store.on("calls", () => calls.update());
store.on("connection", () => {
  banner.hidden = store.connected;
});
store.on("arrival", (message) => {
  // As it is drawn, so that nobody hears an id or a sign of the markup.
  const said = h("div", {}, drawMrkdwn(message.text ?? "", store)).textContent;
  announcer.textContent = `${displayName(authorOf(store, message))}: ${said}`.slice(0, 300);
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open], .pop-up:popover-open")) return;
  if (event.key === "Escape") {
    if (shell.classList.contains("nav-open")) toggleNav(false);
    else if (store.callsOpen) toggleCalls(false);
    else if (store.place.thread) closeThread();
  }
  if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey)) {
    event.preventDefault();
    toggleNav(true);
  }
});
nav.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const items = /** @type {HTMLElement[]} */ ([...nav.querySelectorAll("a, button")]);
  const at = items.indexOf(/** @type {any} */ (document.activeElement));
  if (!step || at < 0 || event.defaultPrevented) return;
  event.preventDefault();
  items[(at + step + items.length) % items.length].focus();
});
byId("scrim").addEventListener("click", () => toggleNav(false));
byId("skip").addEventListener("click", () => composer.field.focus());
addEventListener("hashchange", follow);

await store.loadState();
await follow();
history.replaceState(null, "", `/${store.address()}`);
listen(store);
document.documentElement.dataset.ready = "true";

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
import { SystemPanel } from "./system.js";
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

const sidebar = new Sidebar(store, nav, { onCalls: () => toggle("calls") });
const home = new Home(store);
const calls = new Calls(store, { onClose: () => toggle("calls") });
const system = new SystemPanel(store, { onClose: () => toggle("system") });
const composer = new Composer(store, { thread: null, onSent: () => feed.toEnd() });
const feed = new Feed(store, { label: "Messages", thread: null, empty: welcome });
const heading = h("div.main-title");
const aside = h("div.main-aside");
const beside = h(
  "button.system-button",
  { type: "button", hidden: true, "aria-expanded": "false", on: { click: () => toggle("system") } },
);
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
    beside,
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

/** The button of the system beside the workspace says how that is. */
function drawBeside() {
  beside.hidden = !store.beside;
  if (!store.beside) return;
  const good = store.system?.seen.good ?? true;
  beside.setAttribute("aria-expanded", String(store.open === "system"));
  beside.setAttribute("aria-label", `${store.beside.name}: ${good ? "healthy" : "not healthy"}`);
  fill(
    beside,
    h("span.mark", { class: good ? "mark-good" : "mark-bad", "aria-hidden": "true" }),
    h("span", {}, store.beside.name),
  );
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
  if (store.open === "system" && !store.beside) store.open = null;
  const [page, name] = {
    calls: [calls.node, "Web API calls"],
    system: [system.node, store.beside?.name ?? ""],
    thread: [thread?.node, "Thread"],
  }[store.open ?? "thread"];
  panel.hidden = !page;
  panel.setAttribute("aria-label", name);
  // What is opened again comes into sight anew.
  if (!page) fill(panel);
  if (page && panel.firstChild !== page) {
    fill(panel, page);
    if (store.open === "system") system.opened();
    else if (!store.open) thread?.opened();
  }
  shell.classList.toggle("with-panel", Boolean(page));
  shell.classList.toggle("with-system", store.open === "system");
}

const ownerOf = () => `${store.me}/${store.place.channel}`;

function closeThread() {
  const ts = store.place.thread;
  location.hash = store.address({ thread: null });
  /** @type {HTMLElement | null} */ (main.querySelector(`[data-ts="${CSS.escape(ts ?? "")}"]`))?.focus({
    preventScroll: true,
  });
}

/** Opens something over the thread, or closes it again. @param {"calls" | "system"} what */
function toggle(what) {
  const open = store.open === what ? null : what;
  const within = panel.contains(document.activeElement);
  store.open = open;
  toggleNav(false);
  sidebar.update();
  drawBeside();
  drawPanel();
  store.loadCalls();
  // Who closes it by its own button goes back to where it is opened.
  if (what === "system" && panel.hidden && within) beside.focus({ preventScroll: true });
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
/** @type {string | null} */
let lastThread = null;
store.on("place", () => {
  const { place, me } = store;
  // What was opened last is what is wanted.
  if (place.thread && place.thread !== lastThread) store.open = null;
  lastThread = place.thread;
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
  drawBeside();
  drawPanel();
  const touch = matchMedia("(hover: none)").matches;
  if (moved && !place.app && !place.thread && !touch) composer.field.focus({ preventScroll: true });
});
store.on("state", () => {
  sidebar.update();
  drawHead();
  drawBeside();
  feed.update();
});
store.on("messages", () => {
  feed.update();
  thread?.update();
  system.update();
});
store.on("system", () => {
  drawBeside();
  drawPanel();
  system.update();
});
store.on("line", (line) => {
  if (store.open !== "system") toggle("system");
  system.terminal.put(line);
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
    else if (store.open) toggle(store.open);
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
await Promise.all([follow(), store.loadSystem()]);
history.replaceState(null, "", `/${store.address()}`);
listen(store);
document.documentElement.dataset.ready = "true";

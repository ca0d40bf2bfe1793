/**
 * The way around: channels, apps, who is sitting here, what goes wrong on purpose.
 *
 * @typedef {import("./store.js").Store} Store
 */
import { newChannel } from "./channel.js";
import { fill, h, hashLink, icon } from "./dom.js";
import { faultWords } from "./faults.js";
import { menuButton } from "./menu.js";
import { avatar, displayName, standingOf } from "./people.js";

export class Sidebar {
  /** @param {Store} store @param {HTMLElement} node @param {{onCalls: () => void}} setting */
  constructor(store, node, { onCalls }) {
    this.store = store;
    this.team = h("p.team-name");
    this.channels = h("ul.nav-list");
    this.maker = newChannel(store);
    this.directs = h("ul.nav-list");
    this.directSection = section("Direct messages", this.directs);
    this.apps = h("ul.nav-list");
    this.faults = h("div.faults", { role: "status", hidden: true });
    this.callsButton = h(
      "button.nav-item",
      { type: "button", "aria-expanded": "false", on: { click: onCalls } },
      icon("calls"),
      h("span", {}, "Web API calls"),
    );
    this.person = menuButton(h("button.person", { type: "button" }), () => this.people());
    fill(
      node,
      h("div.team", {}, h("span.team-mark", { "aria-hidden": "true" }), this.team),
      h(
        "div.nav-scroll",
        {},
        section("Channels", this.channels),
        this.directSection,
        section("Apps", this.apps),
        h("div.nav-section", {}, h("h2", {}, "Behind the scenes"), this.callsButton, this.faults),
      ),
      this.person,
    );
  }

  update() {
    const { store } = this;
    this.team.textContent = store.team.name;
    const links = (/** @type {boolean} */ direct) =>
      store
        .visibleChannels()
        .filter((channel) => Boolean(channel.is_im) === direct)
        .map((channel) => h("li", {}, this.channelLink(channel)));
    const hidden = store.hiddenChannels();
    const kind = hidden === 1 ? "1 private channel" : `${hidden} private channels`;
    fill(
      this.channels,
      ...links(false),
      hidden > 0 && h("li.nav-empty", {}, `${kind}: ${displayName(store.users.get(store.me))} is not in it`),
      h("li", {}, this.maker),
    );
    fill(this.directs, links(true));
    this.directSection.hidden = !this.directs.childElementCount;
    fill(
      this.apps,
      store.apps.map((app) => h("li", {}, this.appLink(app))),
    );
    if (!store.apps.length) fill(this.apps, h("li.nav-empty", {}, "No app is installed"));
    const words = faultWords(store.faults);
    this.faults.hidden = !words.length;
    fill(
      this.faults,
      h("strong", {}, icon("warning"), "Faults are on"),
      h(
        "ul",
        {},
        words.map((text) => h("li", {}, text)),
      ),
    );
    this.callsButton.setAttribute("aria-expanded", String(store.open === "calls"));
    const me = store.users.get(store.me);
    const standing = standingOf(me)?.word;
    this.person.setAttribute("aria-label", `You are: ${displayName(me)}. Switch person`);
    fill(
      this.person,
      avatar(me),
      h("span.person-words", {}, h("small", {}, standing ? `You are · ${standing}` : "You are"), h("strong", {}, displayName(me))),
      icon("chevron"),
    );
  }

  /** @param {any} channel */
  channelLink(channel) {
    const { store } = this;
    const unread = store.unread.get(channel.id) ?? 0;
    const here = channel.id === store.place.channel;
    return hashLink(
      store.address({ channel: channel.id, thread: null, app: null }),
      {
        class: ["nav-item", unread && "unread", channel.is_archived && "closed"].filter(Boolean).join(" "),
        "aria-current": here ? "page" : null,
        "aria-label": [
          store.channelName(channel),
          channel.is_private && "private",
          channel.is_archived && "archived",
          unread && `${unread} unread`,
        ]
          .filter(Boolean)
          .join(", "),
        data: { channel: channel.id },
      },
      icon(channel.is_im ? "reply" : channel.is_private ? "lock" : "hash"),
      h("span", {}, store.channelName(channel)),
      unread > 0 && h("span.count", {}, String(unread)),
    );
  }

  /** @param {any} app */
  appLink(app) {
    const { store } = this;
    const state = app.connected ? "connected" : "not connected";
    return hashLink(
      store.address({ channel: null, thread: null, app: app.app_id }),
      {
        class: "nav-item",
        "aria-current": app.app_id === store.place.app ? "page" : null,
        "aria-label": `${app.name}, ${state}`,
        data: { app: app.app_id },
      },
      h("span.light", { class: app.connected ? "on" : "", "aria-hidden": "true" }),
      h("span", {}, app.name),
      h("small.state", {}, app.connected ? "on" : "off"),
    );
  }

  people() {
    const { store } = this;
    return store.people().map((user) => ({
      label: displayName(user),
      description: [`@${user.name}`, standingOf(user)?.word].filter(Boolean).join(" · "),
      sign: avatar(user),
      checked: user.id === store.me,
      choose: () => {
        location.hash = store.address({ as: user.id });
      },
    }));
  }
}

/** @param {string} title @param {Node} list */
const section = (title, list) => h("div.nav-section", {}, h("h2", {}, title), list);

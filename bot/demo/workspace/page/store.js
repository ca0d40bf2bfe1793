/**
 * What the page knows: the workspace, the place, the messages. It may not touch the document.
 *
 * Whatever changes on the server is fetched anew rather than patched in: an event says only what to
 * look at, so that a lost or doubled event cannot make the page wrong.
 *
 * Topics of `on`: `state`, `place`, `messages`, `views`, `home`, `calls`, `system`, `unread`,
 * `connection`, `arrival` (a message by somebody else, for the announcer), `line` (a command of a
 * board, for the terminal).
 *
 * @typedef {import("./route.js").Place} Place
 * @typedef {{ts: string, user?: string, text?: string, blocks?: any[], thread_ts?: string,
 *   reply_count?: number, reply_users?: string[], latest_reply?: string, files?: any[],
 *   reactions?: {name: string, users: string[], count: number}[], edited?: {ts: string},
 *   bot_id?: string, app_id?: string, username?: string, bot_profile?: {name: string}, pinned_to?: string[], attachments?: any[], ephemeral?: boolean, subtype?: string, note?: boolean, after?: string}} Message
 */
import { api } from "./api.js";
import { escape } from "./mrkdwn.js";
import { formatPlace, rememberedPerson, rememberPerson } from "./route.js";

export class Store {
  constructor() {
    this.team = { id: "", name: "Workspace", domain: "" };
    /** @type {Map<string, any>} */
    this.users = new Map();
    /** @type {Map<string, any>} */
    this.channels = new Map();
    /** @type {Map<string, any>} */
    this.groups = new Map();
    /** @type {any[]} */
    this.apps = [];
    /** @type {Record<string, any>} */
    this.faults = {};
    this.me = "";
    /** @type {{channel: string | null, thread: string | null, app: string | null}} */
    this.place = { channel: null, thread: null, app: null };
    /** @type {Message[] | null} null while they are on their way */
    this.channelMessages = null;
    /** @type {Message[] | null} */
    this.threadMessages = null;
    /** @type {any[]} */
    this.views = [];
    /** @type {any} */
    this.home = null;
    /** @type {any[]} */
    this.calls = [];
    /** @type {{name: string, prompt: string} | null} the system beside the workspace, if there is one */
    this.beside = null;
    /** @type {any} how that system is, and its terminal */
    this.system = null;
    /** @type {"calls" | "system" | null} what is open over the thread */
    this.open = null;
    /** @type {Map<string, number>} */
    this.unread = new Map();
    /** @type {Map<string, string>} what was typed and not sent, by person and place */
    this.drafts = new Map();
    /** @type {Map<string, File>} the file that goes with the next message, likewise */
    this.attached = new Map();
    /** @type {Map<string, {text: string, from: Element | null}>} messages that are being changed, likewise */
    this.edits = new Map();
    this.connected = true;
    /** @type {Map<string, Message[]>} the page's own words to one person in one place */
    this.notes = new Map();
    /** @type {Map<string, Set<(detail: any) => void>>} */
    this.listeners = new Map();
    /** @type {Map<string, {again: boolean, done: Promise<void>}>} */
    this.running = new Map();
  }

  /** @param {string} topic @param {(detail?: any) => void} listener */
  on(topic, listener) {
    if (!this.listeners.has(topic)) this.listeners.set(topic, new Set());
    this.listeners.get(topic)?.add(listener);
  }

  /** @param {string} topic @param {any} [detail] */
  emit(topic, detail) {
    for (const listener of this.listeners.get(topic) ?? []) listener(detail);
  }

  /**
   * Runs `task` now, or once more after the run in hand: many wishes, one after another.
   *
   * @param {string} key
   * @param {() => Promise<void>} task
   */
  once(key, task) {
    const busy = this.running.get(key);
    if (busy) {
      busy.again = true;
      return busy.done;
    }
    const entry = { again: true, done: Promise.resolve() };
    this.running.set(key, entry);
    entry.done = (async () => {
      try {
        while (entry.again) {
          entry.again = false;
          await task();
        }
      } finally {
        this.running.delete(key);
      }
    })();
    return entry.done;
  }

  /** Users, channels, apps and faults. */
  loadState() {
    return this.once("state", async () => {
      const state = await api.state();
      if (!state.ok) return;
      const byId = (/** @type {any[]} */ list) => new Map((list ?? []).map((item) => [item.id, item]));
      this.team = state.team ?? this.team;
      this.users = byId(state.users);
      this.channels = byId(state.channels);
      this.groups = byId(state.user_groups);
      this.apps = state.apps ?? [];
      this.faults = state.faults ?? {};
      this.beside = state.system ?? null;
      this.emit("state");
    });
  }

  /** The messages of the place; a place left in the meantime is not shown. */
  loadMessages() {
    return this.once("messages", async () => {
      const { channel, thread } = this.place;
      const me = this.me;
      if (!channel) return;
      const [top, replies] = await Promise.all([
        api.messages(channel, null, me),
        thread ? api.messages(channel, thread, me) : null,
      ]);
      if (channel !== this.place.channel || thread !== this.place.thread || me !== this.me) return;
      if (top.ok) this.channelMessages = top.messages;
      if (replies?.ok) this.threadMessages = replies.messages;
      this.emit("messages");
    });
  }

  loadViews() {
    return this.once("views", async () => {
      const me = this.me;
      const answer = await api.views(me);
      if (!answer.ok || me !== this.me) return;
      this.views = answer.views;
      this.emit("views");
    });
  }

  loadHome() {
    return this.once("home", async () => {
      const { me, place } = this;
      if (!place.app) return;
      const answer = await api.home(me);
      if (!answer.ok || me !== this.me || place.app !== this.place.app) return;
      this.home = answer.view ?? null;
      this.emit("home");
    });
  }

  loadCalls() {
    return this.once("calls", async () => {
      if (this.open !== "calls") return;
      const answer = await api.calls();
      if (!answer.ok) return;
      this.calls = answer.calls;
      this.emit("calls");
    });
  }

  loadSystem() {
    return this.once("system", async () => {
      const answer = await api.system();
      if (!answer.ok) return;
      this.system = answer.system;
      this.emit("system");
    });
  }

  loadAll() {
    return Promise.all([
      this.loadState(),
      this.loadMessages(),
      this.loadViews(),
      this.loadHome(),
      this.loadCalls(),
      this.loadSystem(),
    ]);
  }

  /** People who can sit at this page. */
  people() {
    return [...this.users.values()].filter((user) => !user.is_bot && !user.deleted);
  }

  /** Channels that the person may see: a guest, or somebody from elsewhere, only those they are in. */
  visibleChannels() {
    const me = this.users.get(this.me);
    const confined = Boolean(me?.guest || me?.team);
    return [...this.channels.values()].filter(
      (channel) =>
        !(channel.is_private || channel.is_im || confined) || channel.members.includes(this.me),
    );
  }

  /** How many private channels there are that the person is not in. */
  hiddenChannels() {
    return [...this.channels.values()].filter(
      (channel) => channel.is_private && !channel.is_im && !channel.members.includes(this.me),
    ).length;
  }

  /**
   * `incidents`, or the name of who is on the other side.
   *
   * @param {any} channel
   * @returns {string}
   */
  channelName(channel) {
    if (!channel?.is_im) return channel?.name ?? "";
    const other = this.users.get(channel.members.find((/** @type {string} */ id) => id !== this.me));
    return other?.real_name ?? other?.name ?? channel.name;
  }

  /** Goes where an address says, in the workspace as it is known by now. @param {Place} place */
  goTo(place) {
    const people = this.people();
    const wanted = place.as ?? rememberedPerson();
    const me = people.find((user) => user.id === wanted || user.name === wanted) ?? people[0];
    const before = { me: this.me, ...this.place };
    this.me = me?.id ?? "";
    rememberPerson(this.me);
    const visible = this.visibleChannels();
    const channel =
      visible.find((item) => item.id === place.channel || item.name === place.channel) ?? visible[0];
    const app = this.apps.some((item) => item.app_id === place.app) ? place.app : null;
    this.place = { channel: app ? null : (channel?.id ?? null), thread: app ? null : place.thread, app };
    const moved = before.me !== this.me || before.channel !== this.place.channel;
    if (moved) this.channelMessages = null;
    if (moved || before.thread !== this.place.thread) this.threadMessages = null;
    if (before.me !== this.me) Object.assign(this, { views: [], unread: new Map() });
    if (before.app !== this.place.app || before.me !== this.me) {
      this.home = null;
      if (this.place.app) api.openHome(this.me);
    }
    if (this.place.channel) this.unread.delete(this.place.channel);
    this.emit("place");
    this.emit("views");
    return Promise.all([this.loadMessages(), this.loadViews(), this.loadHome()]);
  }

  /** The address of a place as the same person, or as another. @param {Partial<Place>} [change] */
  address(change = {}) {
    return formatPlace({ ...this.place, as: this.me, ...change });
  }

  /**
   * Tells the person something here, as if it were an ephemeral message.
   *
   * @param {string} text plain
   * @param {string | null} thread
   */
  addNote(text, thread) {
    const shown = (thread ? this.threadMessages : this.channelMessages) ?? [];
    const ts = (Date.now() / 1000).toFixed(6);
    const after = shown.length ? shown[shown.length - 1].ts : "0";
    const key = this.noteKey(thread);
    const note = {
      ts,
      after,
      text: escape(text),
      ephemeral: true,
      note: true,
      thread_ts: thread ?? undefined,
    };
    this.notes.set(key, [...(this.notes.get(key) ?? []), note]);
    this.emit("messages");
  }

  /** @param {string | null} thread */
  noteKey(thread) {
    return [this.me, this.place.channel, thread ?? ""].join("/");
  }

  /** Takes away one of the page's own words. @param {Message} note */
  dismiss(note) {
    const key = this.noteKey(note.thread_ts ?? null);
    this.notes.set(
      key,
      (this.notes.get(key) ?? []).filter((other) => other !== note),
    );
    this.emit("messages");
  }

  /**
   * What a feed shows: messages and notes.
   *
   * @param {string | null} thread
   * @returns {Message[] | null}
   */
  shown(thread) {
    const messages = thread ? this.threadMessages : this.channelMessages;
    if (!messages) return null;
    const result = [...messages];
    for (const note of this.notes.get(this.noteKey(thread)) ?? []) {
      let at = result.length;
      while (at > 0 && Number(result[at - 1].after ?? result[at - 1].ts) > Number(note.after)) at -= 1;
      result.splice(at, 0, note);
    }
    return result;
  }
}

/**
 * The stream of changes. It may not touch the document: it tells the store what to look at again.
 *
 * @typedef {import("./store.js").Store} Store
 */

const LONGEST_WAIT = 4000;

/**
 * Listens for ever; after a loss it tries again, and then fetches all anew.
 *
 * @param {Store} store
 */
export function listen(store) {
  let wait = 500;
  const connect = () => {
    const source = new EventSource("/workspace/events");
    source.onopen = () => {
      wait = 500;
      if (store.connected) return;
      store.connected = true;
      store.emit("connection");
      // What was counted may be of a workspace that is gone: all is read again.
      store.unread.clear();
      store.emit("unread");
      store.loadAll();
    };
    source.onmessage = (message) => receive(store, JSON.parse(message.data));
    source.onerror = () => {
      source.close();
      if (store.connected) {
        store.connected = false;
        store.emit("connection");
      }
      setTimeout(connect, wait);
      wait = Math.min(LONGEST_WAIT, wait * 2);
    };
    addEventListener("pagehide", () => source.close(), { once: true });
  };
  connect();
}

/** @param {Store} store @param {any} event */
function receive(store, event) {
  switch (event.type) {
    case "views":
      if (!event.user || event.user === store.me) store.loadViews();
      return;
    case "home":
      if (!event.user || event.user === store.me) store.loadHome();
      return;
    case "call":
      store.loadCalls();
      return;
    case "system":
      store.loadSystem();
      return;
    case "app":
    case "faults":
    case "people":
      store.loadState();
      return;
    case "membership":
      store.loadState();
      break;
    default:
  }
  if (event.channel === store.place.channel) store.loadMessages();
  if (event.type === "message" || event.type === "ephemeral") arrive(store, event);
}

/**
 * Somebody wrote: a mark on a channel that is not open, a word to those who cannot see the screen.
 *
 * @param {Store} store
 * @param {any} event
 */
function arrive(store, event) {
  const { message, channel } = event;
  if (message.user === store.me || (message.ephemeral && event.user !== store.me)) return;
  const reply = message.thread_ts && message.thread_ts !== message.ts;
  if (channel === store.place.channel) {
    store.emit("arrival", message);
  } else if (!reply && store.visibleChannels().some(({ id }) => id === channel)) {
    store.unread.set(channel, (store.unread.get(channel) ?? 0) + 1);
    store.emit("unread");
  }
}

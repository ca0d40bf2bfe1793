/**
 * Where the reader is, kept in the address so that each browser tab can be another person.
 *
 *   /#/<channel>?as=<user>                  a channel
 *   /#/<channel>/<thread_ts>?as=<user>      a channel with a thread beside it
 *   /#/app/<app_id>?as=<user>               an app's Home
 *   /#/<channel>?at=<ts>                    a channel or thread, at that message
 *
 * `as` may be a user id or a name (`?as=ana`); a channel may be an id or a name (`/#/incidents`).
 * Without `as`, the tab's last choice (sessionStorage) or the first person is taken.
 */

/** @typedef {{channel: string | null, thread: string | null, app: string | null, as: string | null,
 *   at?: string | null}} Place */

const KEY = "workspace.as";

/** @param {string} hash @returns {Place} */
export function parsePlace(hash) {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [first = "", second = ""] = path.split("/").map(decode);
  const asked = new URLSearchParams(search);
  const [as, at] = [asked.get("as"), asked.get("at")];
  if (first === "app") return { channel: null, thread: null, app: second || null, as, at };
  return { channel: first || null, thread: second || null, app: null, as, at };
}

/** A hand-typed address may hold a stray percent sign. @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param {Place} place @returns {string} the address, starting with `#/` */
export function formatPlace({ channel, thread, app, as, at }) {
  const parts = app ? ["app", app] : [channel ?? "", ...(thread ? [thread] : [])];
  const asked = new URLSearchParams({ ...(as && { as }), ...(at && { at }) }).toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${asked && `?${asked}`}`;
}

/** The person this tab chose last, if any. */
export function rememberedPerson() {
  return sessionStorage.getItem(KEY);
}

/** @param {string} user */
export function rememberPerson(user) {
  sessionStorage.setItem(KEY, user);
}

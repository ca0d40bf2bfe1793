/**
 * The workspace's person side over HTTP. It may not touch the document.
 *
 * No call throws: a lost connection comes back as `{ok: false, error: "connection_lost"}`, so that
 * whoever asked can say so where the person looks.
 */

/** @typedef {{ok: boolean, error?: string, [key: string]: any}} Answer */

/**
 * @param {string} method
 * @param {string} path under `/workspace/`, already encoded
 * @param {object} [body]
 * @returns {Promise<Answer>} the JSON answer; `ok` is true unless the answer or the status denies it
 */
async function call(method, path, body) {
  let response;
  let answer;
  try {
    response = await fetch(`/workspace/${path}`, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    answer = await response.json();
  } catch (failure) {
    if (failure instanceof SyntaxError) return { ok: false, error: `http_${response?.status}` };
    return { ok: false, error: "connection_lost" };
  }
  return { ok: response.ok, ...answer };
}

/** @param {Record<string, string | undefined | null>} values */
function query(values) {
  const given = Object.entries(values).filter(([, value]) => value);
  return given.length ? `?${new URLSearchParams(/** @type {any} */ (given))}` : "";
}

const part = encodeURIComponent;

export const api = {
  state: () => call("GET", "state"),
  /** @param {string} channel @param {string | null} thread @param {string} as */
  messages: (channel, thread, as) =>
    call("GET", `channels/${part(channel)}/messages${query({ thread_ts: thread, as })}`),
  /** @param {string} user */
  views: (user) => call("GET", `views${query({ user })}`),
  /** @param {string} user */
  home: (user) => call("GET", `home${query({ user })}`),
  /** Tells the app that its Home is looked at. @param {string} user */
  openHome: (user) => call("POST", "home", { user }),
  calls: () => call("GET", "calls"),
  /** The system beside the workspace, and its terminal. */
  system: () => call("GET", "system"),
  /** Answers once the command has ended. @param {{user: string, line: string}} body */
  runLine: (body) => call("POST", "system/lines", body),
  /** @param {{user: string, press: string}} body */
  press: (body) => call("POST", "system/presses", body),
  /** @param {{user: string, channel: string, text: string, thread_ts?: string}} body */
  post: (body) => call("POST", "messages", body),
  /** @param {{user: string, channel: string, command: string, text: string}} body */
  command: (body) => call("POST", "commands", body),
  /** @param {object} body */
  act: (body) => call("POST", "actions", body),
  /** @param {object} body */
  shortcut: (body) => call("POST", "shortcuts", body),
  /** @param {{user: string, channel: string, ts: string, name: string}} body */
  react: (body) => call("POST", "reactions", body),
  /** @param {{user: string, channel: string, ts: string, name: string}} body */
  unreact: (body) => call("DELETE", "reactions", body),
  /** @param {{user: string, channel: string, ts: string}} body */
  pin: (body) => call("POST", "pins", body),
  /** @param {{user: string, channel: string, ts: string}} body */
  unpin: (body) => call("DELETE", "pins", body),
  /** Makes a channel. @param {{user: string, name: string}} body */
  openChannel: (body) => call("POST", "channels", body),
  /** Renames a channel, archives it, and so on. @param {string} channel @param {object} body */
  use: (channel, body) => call("POST", `channels/${part(channel)}`, body),
  /** @param {string} channel @param {string} ts @param {{user: string, text: string}} body */
  edit: (channel, ts, body) => call("PUT", `channels/${part(channel)}/messages/${part(ts)}`, body),
  /** @param {{user: string, channel: string, name: string, base64: string, text: string, thread_ts?: string}} body */
  share: (body) => call("POST", "files", body),
  /** @param {string} channel @param {string} ts @param {string} user */
  remove: (channel, ts, user) => call("DELETE", `channels/${part(channel)}/messages/${part(ts)}`, { user }),
  /** @param {string} view @param {object} body */
  submit: (view, body) => call("POST", `views/${part(view)}/submit`, body),
  /** @param {string} view @param {object} body */
  close: (view, body) => call("POST", `views/${part(view)}/close`, body),
};

/**
 * Reads a file of this server as text.
 *
 * @param {string} url an address of this origin
 * @returns {Promise<string | null>} null when it could not be read
 */
export async function readText(url) {
  try {
    const response = await fetch(url);
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

/**
 * What went wrong, in words.
 *
 * @param {Answer} answer
 * @param {string} who the command, button or modal concerned
 */
export function inWords({ error, message }, who) {
  const failed = `${who} failed with the error “${error ?? "unknown_error"}”`;
  switch (error) {
    case "operation_timeout":
      return `${failed}: the app did not answer within 3 seconds. It may still do the work; look before you try again.`;
    case "dispatch_failed":
      return `${failed}: the app is not connected, or it answered with an error.`;
    case "unknown_command":
      return `${who} is not a command here. Type / to see those that are.`;
    case "user_not_found":
      return "Nobody of that name is here. Name a person or an app, such as @ana.";
    case "already_in_channel":
      return "They are in this channel already.";
    case "not_in_channel":
      return "That needs a member of this channel.";
    case "connection_lost":
      return "The workspace cannot be reached. Nothing was sent. Try again in a moment.";
    default:
      return message ? `${failed}: ${message}` : `${failed}.`;
  }
}

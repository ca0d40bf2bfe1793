/**
 * Builds DOM nodes. The only place of the page that sets attributes.
 *
 * It may not parse HTML, and it sets no `style` and no `on…` attribute: text that a person or an
 * app wrote reaches the document as text nodes, so it can never become markup.
 */

/**
 * @typedef {Node | string | number | null | undefined | false | readonly any[]} Child nested lists of these, too
 */

const ATTRIBUTES = new Set([
  "alt",
  "autocomplete",
  "class",
  "cols",
  "colspan",
  "datetime",
  "dir",
  "disabled",
  "download",
  "enterkeyhint",
  "for",
  "hidden",
  "id",
  "inert",
  "inputmode",
  "label",
  "lang",
  "loading",
  "max",
  "maxlength",
  "method",
  "min",
  "minlength",
  "multiple",
  "name",
  "novalidate",
  "open",
  "placeholder",
  "popover",
  "readonly",
  "role",
  "rows",
  "scope",
  "selected",
  "spellcheck",
  "start",
  "step",
  "tabindex",
  "title",
  "type",
]);
const PROPERTIES = new Set(["value", "checked"]);
const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element: `h("button.primary", {type: "button", on: {click}}, "Done")`.
 *
 * @param {string} tag a tag name with optional `.classes`
 * @param {Record<string, any>} [props] attributes; `on` holds listeners, `data` the dataset.
 *   `undefined`, `null` and `false` leave an attribute out.
 * @param {...Child} children
 * @returns {any} the element
 * @throws {TypeError} for an attribute that this page has no need of
 */
export function h(tag, props, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  if (classes.length) node.classList.add(...classes);
  append(node, children);
  for (const [key, value] of Object.entries(props ?? {})) set(node, key, value);
  return node;
}

/** @param {HTMLElement} node @param {string} key @param {any} value */
function set(node, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key === "on") {
    for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
  } else if (key === "data") {
    for (const [name, text] of Object.entries(value)) {
      if (text !== undefined && text !== null) node.dataset[name] = String(text);
    }
  } else if (key === "class") {
    node.classList.add(...value.split(" ").filter(Boolean));
  } else if (PROPERTIES.has(key)) {
    /** @type {any} */ (node)[key] = value;
  } else if (key.startsWith("aria-") || ATTRIBUTES.has(key)) {
    node.setAttribute(key, value === true && !key.startsWith("aria-") ? "" : String(value));
  } else {
    throw new TypeError(`h() does not set ${key}`);
  }
}

/** @param {Node} node @param {Child[]} children */
function append(node, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(node, child);
    else node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/**
 * Puts `children` in the place of all that `node` holds.
 *
 * @param {Element} node
 * @param {...Child} children
 */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

/**
 * The address if a link may carry it: http, https and mailto. Anything else is null.
 *
 * @param {string} url
 * @returns {string | null}
 */
export function safeUrl(url) {
  let parsed;
  try {
    parsed = new URL(url);
  } catch {
    return null;
  }
  return ["http:", "https:", "mailto:"].includes(parsed.protocol) ? parsed.href : null;
}

/** The address if it is of this page's own server, or image data; else null. @param {string} url */
export function ownUrl(url) {
  if (/^data:image\/(png|jpeg|gif|webp);/.test(url)) return url;
  try {
    const parsed = new URL(url, location.origin);
    return parsed.origin === location.origin ? parsed.href : null;
  } catch {
    return null;
  }
}

/**
 * A link out of the page, or its bare label when the address is not one to follow.
 *
 * @param {string} url
 * @param {...Child} label
 * @returns {HTMLElement}
 */
export function link(url, ...label) {
  const href = safeUrl(url);
  if (!href) return h("span", { class: "dead-link", title: "This link cannot be followed" }, ...label);
  const anchor = h("a", {}, ...label);
  anchor.href = href;
  anchor.rel = "noopener noreferrer";
  anchor.target = "_blank";
  return anchor;
}

/**
 * A link inside the page (`#/…`).
 *
 * @param {string} hash
 * @param {Record<string, any>} props
 * @param {...Child} label
 */
export function hashLink(hash, props, ...label) {
  const anchor = h("a", props, ...label);
  anchor.href = hash.startsWith("#") ? hash : "#";
  return anchor;
}

/**
 * A link to a file of this server.
 *
 * @param {string} url
 * @param {string} name
 * @param {Record<string, any>} props
 * @param {...Child} label
 */
export function downloadLink(url, name, props, ...label) {
  const href = ownUrl(url);
  const anchor = h(href ? "a" : "span", props, ...label);
  if (href) Object.assign(anchor, { href, download: name });
  return anchor;
}

/**
 * A picture of this server; the page loads none from elsewhere.
 *
 * @param {string} url
 * @param {string} alt
 * @param {Record<string, any>} [props]
 */
export function picture(url, alt, props) {
  const src = ownUrl(url);
  if (!src) return h("span.far-image", {}, link(url, `🖼 ${alt || "Image"}`));
  const image = h("img", { alt, loading: "lazy", ...props });
  image.src = src;
  return image;
}

const PATHS = {
  arrow: "M12 5v14M6 13l6 6 6-6",
  back: "M19 12H5M11 6l-6 6 6 6",
  calls: "M3 12h4l3-8 4 16 3-8h4",
  check: "M5 12.5l4.5 4.5L19 7.5",
  chevron: "M6 9l6 6 6-6",
  clip: "M8 12.5l6.5-6.5a3.2 3.2 0 0 1 4.5 4.5l-8.5 8.5a5 5 0 0 1-7-7L11 4.5",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v11H9zM5 15V4h10",
  dots: "M5 12h.01M12 12h.01M19 12h.01",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  hash: "M10 4L7 20M17 4l-3 16M4.5 9h16M3.5 15h16",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  menu: "M4 7h16M4 12h16M4 17h16",
  reply: "M4 5h16v11H11l-5 4v-4H4z",
  send: "M4 12l16-8-6 17-3-7z",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5a4.5 4.5 0 0 0 7 0M9 9.5h.01M15 9.5h.01",
  terminal: "M5 7l5 5-5 5M12.5 17H19",
  warning: "M12 4l9.5 16h-19zM12 10v4.5M12 17.2h.01",
};

/** A drawn sign; it is decoration, the words stand beside it. @param {keyof typeof PATHS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = {
    viewBox: "0 0 24 24",
    class: `icon icon-${name}`,
    "aria-hidden": "true",
    focusable: "false",
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.appendChild(path);
  return svg;
}

/**
 * A button that shows a sign and is named in words.
 *
 * @param {keyof typeof PATHS} sign
 * @param {string} label
 * @param {Record<string, any>} [props]
 */
export function iconButton(sign, label, props) {
  return h("button.icon-button", { type: "button", "aria-label": label, title: label, ...props }, icon(sign));
}

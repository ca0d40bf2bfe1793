/**
 * Carries what a reader is in the middle of over to a redrawn piece of the page: focus, the caret,
 * opened previews. Typed values go the other way, through `withSaved`.
 */

/** @typedef {{key: string, index: number, selection: [number, number] | null} | null} Focus */

const FOCUSABLE = "button, a[href], input, select, textarea, summary, [tabindex]";

/**
 * Where the focus is under `root`, in terms that outlive a redraw.
 *
 * @param {Element} root
 * @returns {Focus}
 */
export function focusIn(root) {
  const active = document.activeElement;
  if (!active || !root.contains(active)) return null;
  const field = /** @type {HTMLInputElement} */ (active);
  let selection = null;
  try {
    if (typeof field.selectionStart === "number")
      selection = /** @type {[number, number]} */ ([field.selectionStart, field.selectionEnd]);
  } catch {
    selection = null; // some input types refuse to tell
  }
  const key = keyOf(active);
  return { key, index: alike(root, key).indexOf(active), selection };
}

/**
 * Puts the focus back; if its control is gone, on the piece itself.
 *
 * @param {HTMLElement} root
 * @param {Focus} focus
 */
export function restoreFocus(root, focus) {
  if (!focus) return;
  const target = alike(root, focus.key)[focus.index];
  if (!target) {
    // Nobody chose the whole piece: it shows the focus by a line, not by a ring like an error's.
    root.classList.add("returned");
    root.addEventListener("blur", () => root.classList.remove("returned"), { once: true });
    root.focus({ preventScroll: true });
    return;
  }
  /** @type {HTMLElement} */ (target).focus({ preventScroll: true });
  if (focus.selection) /** @type {HTMLInputElement} */ (target).setSelectionRange?.(...focus.selection);
}

/** @param {Element} node */
function keyOf(node) {
  const home = /** @type {HTMLElement | null} */ (node.closest("[data-action-id]"));
  // Not by block id: an app that names none gets fresh ones with each update.
  if (home) return `${home.dataset.actionId}/${home.getAttribute("aria-label") ?? ""}`;
  const { reaction } = /** @type {HTMLElement} */ (node).dataset;
  if (reaction) return `reaction/${reaction}`; // its label counts, and so changes with each click
  return `${node.tagName}/${node.getAttribute("aria-label") ?? node.textContent}`;
}

/** @param {Element} root @param {string} key */
const alike = (root, key) => [...root.querySelectorAll(FOCUSABLE)].filter((node) => keyOf(node) === key);

/** Opens again what was open. @param {Element} before @param {Element} after */
export function keepOpen(before, after) {
  for (const open of before.querySelectorAll("details[open][data-keep]")) {
    const { keep = "" } = /** @type {HTMLElement} */ (open).dataset;
    const twin = /** @type {HTMLDetailsElement | null} */ (
      after.querySelector(`details[data-keep="${CSS.escape(keep)}"]`)
    );
    if (twin) twin.open = true;
  }
}

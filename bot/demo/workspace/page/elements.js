/**
 * What can be clicked in a block: buttons, overflow menus, and the controls that act on change.
 *
 * It may not know where a click goes: the scope's `act` sends it and says how that went.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {{ok: boolean, error?: string}} Outcome
 * @typedef {{store: Store, surface: "message" | "modal" | "home", act: (action: any) => Promise<Outcome>,
 *   saved?: Record<string, Record<string, any>>, files?: any[]}} Scope
 */
import { inWords } from "./api.js";
import { drawControl, isControl, readValues, valueKey, withSaved } from "./controls.js";
import { h, icon, link, picture, safeUrl } from "./dom.js";
import { drawJson, drawText, plain } from "./draw.js";
import { ask, menuButton } from "./menu.js";

/**
 * @param {any} element
 * @param {any} block the block it stands in, with its `block_id`
 * @param {Scope} scope
 * @returns {Node}
 */
export function drawElement(element, block, scope) {
  if (element.type === "button") return drawButton(element, block, scope);
  if (element.type === "overflow") return drawOverflow(element, block, scope);
  if (element.type === "image") return drawImage(element);
  if (!isControl(element.type)) return drawJson(element);
  const saved = scope.saved?.[block.block_id]?.[element.action_id];
  const node = drawControl(withSaved(element, saved), block.block_id, { store: scope.store });
  actOnChange(node, element, block, scope);
  return node;
}

/** @param {any} element */
export function drawImage(element) {
  const kept = element.slack_file?.id && `/workspace/files/${encodeURIComponent(element.slack_file.id)}`;
  const url = element.image_url ?? element.slack_file?.url ?? kept ?? "";
  return picture(url, element.alt_text ?? "", { title: element.alt_text });
}

/** @param {any} element @param {any} block @param {Scope} scope */
function drawButton(element, block, scope) {
  const label = plain(element.text);
  const href = element.url && safeUrl(element.url);
  const node = href ? link(href, label) : h("button", { type: "button" }, label);
  node.classList.add("button");
  if (["primary", "danger"].includes(element.style)) node.classList.add(element.style);
  if (element.accessibility_label) node.setAttribute("aria-label", element.accessibility_label);
  Object.assign(node.dataset, { actionId: element.action_id ?? "", blockId: block.block_id });
  node.addEventListener("click", () => perform(node, element, block, scope, { value: element.value }));
  return node;
}

/** A menu has no words of its own: it is named after what stands beside it. @param {any} block */
function moreActions(block) {
  const beside = (block.elements ?? []).find((/** @type {any} */ one) => one.type === "button");
  const words = beside && (beside.accessibility_label ?? plain(beside.text));
  return words ? `More actions, beside ${words}` : "More actions";
}

/** @param {any} element @param {any} block @param {Scope} scope */
function drawOverflow(element, block, scope) {
  const button = h(
    "button.button.overflow",
    {
      type: "button",
      "aria-label": element.accessibility_label ?? moreActions(block),
      data: { actionId: element.action_id, blockId: block.block_id },
    },
    icon("dots"),
  );
  return menuButton(button, () =>
    (element.options ?? []).map((/** @type {any} */ option) => ({
      label: plain(option.text),
      description: option.description && plain(option.description),
      choose: () => {
        if (option.url && safeUrl(option.url)) window.open(option.url, "_blank", "noopener");
        perform(button, element, block, scope, { selected_option: option });
      },
    })),
  );
}

/**
 * Sends what a control holds whenever it changes; text is sent on Enter, or as it is typed when the
 * element asks for that.
 *
 * @param {HTMLElement} node
 * @param {any} element
 * @param {any} block
 * @param {Scope} scope
 */
export function actOnChange(node, element, block, scope) {
  const send = () => perform(node, element, block, scope, valueOf(node, element, block));
  if (element.type !== "plain_text_input") {
    node.addEventListener("change", send);
    return;
  }
  const wishes = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let timer = 0;
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || !wishes.includes("on_enter_pressed")) return;
    event.preventDefault();
    send();
  });
  if (!wishes.includes("on_character_entered")) return;
  node.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(send, 400);
  });
}

/** What the workspace has yet to note of typed values: a click must not overtake it. */
let noted = /** @type {Promise<any>} */ (Promise.resolve());

/**
 * Lets the workspace know what stands in an input, so that the next click carries it along.
 *
 * @param {HTMLElement} node
 * @param {any} element
 * @param {any} block
 * @param {Scope} scope
 */
export function noteOnChange(node, element, block, scope) {
  node.addEventListener("change", () => {
    const action = actionOf(element, block, valueOf(node, element, block));
    noted = noted.then(() => scope.act(action));
  });
}

/** @param {HTMLElement} node @param {any} element @param {any} block */
function valueOf(node, element, block) {
  const key = valueKey(element.type);
  return { [key]: readValues(node.parentElement ?? node)[block.block_id]?.[element.action_id]?.[key] };
}

/** @param {any} element @param {any} block @param {object} value */
const actionOf = (element, block, value) => ({
  type: element.type,
  action_id: element.action_id,
  block_id: block.block_id,
  ...value,
});

/**
 * Asks if the element wants it, sends the action, and says so in place when it failed.
 *
 * @param {HTMLElement} node
 * @param {any} element
 * @param {any} block
 * @param {Scope} scope
 * @param {object} value
 */
async function perform(node, element, block, scope, value) {
  if (node.getAttribute("aria-busy") === "true") return;
  if (element.confirm && !(await confirmed(element.confirm, scope.store))) return;
  const home = node.closest(".block");
  home?.querySelector(".block-error")?.remove();
  node.setAttribute("aria-busy", "true");
  await noted;
  const outcome = await scope.act(actionOf(element, block, value));
  node.removeAttribute("aria-busy");
  if (outcome.ok) return;
  const name = element.accessibility_label || plain(element.text) || plain(element.placeholder) || "This";
  home?.append(h("p.block-error", { role: "alert" }, icon("warning"), inWords(outcome, `“${name}”`)));
}

/** @param {any} confirm @param {Store} store */
function confirmed(confirm, store) {
  return ask({
    title: plain(confirm.title) || "Are you sure?",
    text: confirm.text ? drawText(confirm.text, store) : [],
    confirm: plain(confirm.confirm) || "Yes",
    deny: plain(confirm.deny) || "Cancel",
    danger: confirm.style === "danger",
  });
}

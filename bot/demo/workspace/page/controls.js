/**
 * Block Kit's inputs as native controls, and what stands in them as `view.state.values`.
 *
 * It may not talk to the server, but for a file, which is uploaded when it is chosen: who draws a
 * control says what a change does.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {{store: Store, label?: string, describedBy?: string, id?: string, required?: boolean}} Setting
 */
import { h } from "./dom.js";
import { drawText, plain } from "./draw.js";
import { uniqueId } from "./menu.js";
import { fileField } from "./upload.js";

/** type -> [its key in `state.values`, the key of its first value] @type {Record<string, [string, string]>} */
const KEYS = {
  plain_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  multi_static_select: ["selected_options", "initial_options"],
  radio_buttons: ["selected_option", "initial_option"],
  checkboxes: ["selected_options", "initial_options"],
  users_select: ["selected_user", "initial_user"],
  multi_users_select: ["selected_users", "initial_users"],
  channels_select: ["selected_channel", "initial_channel"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  file_input: ["files", "initial_files"],
};

/** @type {WeakMap<Element, () => any>} a control's node -> its value now */
const readers = new WeakMap();

/** @param {string} type */
export const isControl = (type) => type in KEYS;

/** The key of a control's value in a state or an action. @param {string} type */
export const valueKey = (type) => KEYS[type][0];

/**
 * All that is typed and chosen under `root`, in the form of `view.state.values`.
 *
 * @param {Element} root
 * @returns {Record<string, Record<string, any>>}
 */
export function readValues(root) {
  /** @type {Record<string, Record<string, any>>} */
  const values = {};
  for (const node of root.querySelectorAll("[data-control]")) {
    const { blockId = "", actionId = "", control = "" } = /** @type {HTMLElement} */ (node).dataset;
    values[blockId] ??= {};
    values[blockId][actionId] = { type: control, [valueKey(control)]: readers.get(node)?.() ?? null };
  }
  return values;
}

/**
 * The element with what is known of it in place of its first value, so that a redrawn form keeps
 * what was typed.
 *
 * @param {any} element
 * @param {any} saved one entry of `state.values`
 */
export function withSaved(element, saved) {
  if (!saved || saved.type !== element.type || !isControl(element.type)) return element;
  const [key, initial] = KEYS[element.type];
  const value = saved[key];
  const empty = value === null || value === undefined || (Array.isArray(value) && !value.length);
  return { ...element, [initial]: empty ? undefined : value };
}

/**
 * Draws a control.
 *
 * @param {any} element
 * @param {string} blockId
 * @param {Setting} setting
 * @returns {HTMLElement}
 */
export function drawControl(element, blockId, setting) {
  const { node, read } = make(element, setting);
  Object.assign(node.dataset, { blockId, actionId: element.action_id, control: element.type });
  readers.set(node, read);
  return node;
}

/** @param {any} element @param {Setting} setting @returns {{node: HTMLElement, read: () => any}} */
function make(element, setting) {
  switch (element.type) {
    case "static_select":
      return select(
        element,
        setting,
        optionGroups(element),
        element.initial_option?.value,
        (option) => option,
      );
    case "users_select":
      return select(element, setting, people(setting.store), element.initial_user, (option) => option.value);
    case "channels_select":
    case "conversations_select": {
      const initial = element.initial_channel ?? element.initial_conversation;
      return select(element, setting, rooms(setting.store), initial, (option) => option.value);
    }
    case "multi_static_select":
      return choices(
        element,
        setting,
        optionGroups(element).flatMap(({ options }) => options),
        valuesOf(element.initial_options),
        (option) => option,
        "checkbox",
      );
    case "multi_users_select":
      return choices(
        element,
        setting,
        people(setting.store)[0].options,
        element.initial_users ?? [],
        (option) => option.value,
        "checkbox",
      );
    case "checkboxes":
      return choices(
        element,
        setting,
        element.options ?? [],
        valuesOf(element.initial_options),
        (option) => option,
        "checkbox",
      );
    case "radio_buttons":
      return choices(
        element,
        setting,
        element.options ?? [],
        valuesOf([element.initial_option]),
        (option) => option,
        "radio",
      );
    case "file_input":
      return fileField(element, naming(element, setting), setting.store);
    default:
      return textField(element, setting);
  }
}

/** @param {any[] | undefined} options @returns {string[]} */
const valuesOf = (options) => (options ?? []).filter(Boolean).map((option) => option.value);

/** @param {string} value @param {string} text */
const option = (value, text) => ({ value, text: { type: "plain_text", text } });

/** @param {Store} store */
const people = (store) => [
  { options: store.people().map((user) => option(user.id, user.real_name || user.name)) },
];

/** @param {Store} store */
const rooms = (store) => [
  { options: store.visibleChannels().map((channel) => option(channel.id, `#${channel.name}`)) },
];

/** @param {any} element @returns {{label?: any, options: any[]}[]} */
const optionGroups = (element) => element.option_groups ?? [{ options: element.options ?? [] }];

/** @param {any} element @param {Setting} setting */
function naming(element, setting) {
  const label = setting.label ?? (element.accessibility_label || plain(element.placeholder) || "Choose");
  return setting.id
    ? { id: setting.id, "aria-describedby": setting.describedBy, "aria-required": setting.required }
    : { "aria-label": label };
}

/**
 * @param {any} element
 * @param {Setting} setting
 * @param {{label?: any, options: any[]}[]} groups
 * @param {string | undefined} initial
 * @param {(option: any) => any} value
 */
function select(element, setting, groups, initial, value) {
  const all = groups.flatMap(({ options }) => options);
  const draw = (/** @type {any} */ item) =>
    h("option", { value: item.value, selected: item.value === initial }, plain(item.text));
  const node = h(
    "select.field",
    { ...naming(element, setting), disabled: !all.length },
    h(
      "option",
      { value: "", selected: initial === undefined, disabled: setting.required && initial !== undefined },
      plain(element.placeholder) || "Choose…",
    ),
    groups.map((group) =>
      group.label
        ? h("optgroup", { label: plain(group.label) }, group.options.map(draw))
        : group.options.map(draw),
    ),
  );
  const read = () => {
    const chosen = all.find((item) => item.value === node.value);
    return chosen && node.value !== "" ? value(chosen) : null;
  };
  return { node, read };
}

/**
 * @param {any} element
 * @param {Setting} setting
 * @param {any[]} options
 * @param {string[]} initial
 * @param {(option: any) => any} value
 * @param {"checkbox" | "radio"} type
 */
function choices(element, setting, options, initial, value, type) {
  const name = uniqueId("choice");
  const rows = options.map((item) => {
    const words = uniqueId("option");
    const input = h("input", {
      type,
      name,
      value: item.value,
      checked: initial.includes(item.value),
      "aria-describedby": item.description ? words : null,
    });
    const description =
      item.description && h("small", { id: words }, drawText(item.description, setting.store));
    return {
      item,
      input,
      node: h("label.choice", {}, input, h("span", {}, drawText(item.text, setting.store), description)),
    };
  });
  const node = h(
    "div.choices",
    {
      role: type === "radio" ? "radiogroup" : "group",
      "aria-label": setting.label ?? (plain(element.placeholder) || "Options"),
      "aria-describedby": setting.describedBy,
      id: setting.id,
    },
    rows.map((row) => row.node),
  );
  const read = () => {
    const chosen = rows.filter(({ input }) => input.checked).map(({ item }) => value(item));
    return type === "radio" ? (chosen[0] ?? null) : chosen;
  };
  return { node, read };
}

/** @type {Record<string, string>} */
const INPUT_TYPES = {
  datepicker: "date",
  datetimepicker: "datetime-local",
  email_text_input: "email",
  number_input: "number",
  timepicker: "time",
  url_text_input: "url",
};

/** @param {any} element @param {Setting} setting */
function textField(element, setting) {
  const initial = element[KEYS[element.type][1]];
  const props = {
    ...naming(element, setting),
    placeholder: plain(element.placeholder) || null,
    minlength: element.min_length,
    maxlength: element.max_length,
    min: element.min_value,
    max: element.max_value,
    step: element.type === "number_input" ? (element.is_decimal_allowed ? "any" : 1) : null,
    autocomplete: "off",
  };
  const local = element.type === "datetimepicker";
  const value = local && initial ? localMinute(initial) : (initial ?? "");
  const node = element.multiline
    ? h("textarea.field", { ...props, rows: 4, value: String(value) })
    : h("input.field", { ...props, type: INPUT_TYPES[element.type] ?? "text", value: String(value) });
  const read = () => {
    if (node.value === "") return null;
    return local ? Math.floor(new Date(node.value).getTime() / 1000) : node.value;
  };
  return { node, read };
}

/** A moment as `datetime-local` wants it, in the reader's zone. @param {number} unix */
function localMinute(unix) {
  const moment = new Date(unix * 1000);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

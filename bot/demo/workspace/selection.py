"""What a person has typed or chosen in the elements of a message or view: `state.values`.

Pure: it turns what was given into Slack's shape, and says what Slack's client would not send.
"""

from typing import Any

from .blocks import interactive
from .errors import PersonError
from .limits import FORM_FILE_BYTES
from .model import Json

Values = dict[str, dict[str, Json]]

# Element type -> (the key of its value in the state, the key of its first value).
KEYS: dict[str, tuple[str, str]] = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "initial_files"),
}
MOST_FILES = 10
REQUIRED = "Please complete this required field."


def initial_values(blocks: list[Json]) -> Values:
    """The state of fresh blocks. Lists are empty, all else is null where nothing is chosen."""
    values: Values = {}
    for place, element, _ in interactive(blocks):
        if element["type"] in KEYS:
            key, initial = KEYS[element["type"]]
            nothing: Any = [] if key.endswith("s") else None
            entry = {"type": element["type"], key: element.get(initial, nothing)}
            values.setdefault(place["block"]["block_id"], {})[element["action_id"]] = entry
    return values


def chosen(element: Json, given: Json) -> Json:
    """The state entry for what a person gave an element. Raises `no_such_option`."""
    key, _ = KEYS[element["type"]]
    value = given.get(key, [] if key.endswith("s") else None)
    if key == "selected_option" and value is not None:
        value = option(element, value)
    elif key == "selected_options":
        value = [option(element, one) for one in (value if isinstance(value, list) else [])]
    elif key == "value" and value is not None:
        value = str(value) or None
    return {"type": element["type"], key: value}


def option(element: Json, given: Any) -> Json:
    """The element's option that is meant by an option object or by its bare value."""
    value = given.get("value") if isinstance(given, dict) else given
    for one in options(element):
        if one.get("value") == value:
            return one
    if element["type"].endswith("external_select") and isinstance(given, dict):
        return given
    raise PersonError("no_such_option", f"The element has no option with the value {value!r}.")


def options(element: Json) -> list[Json]:
    """All choices of an element, those in groups included."""
    flat: list[Json] = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        flat += group["options"]
    return flat


def merge(blocks: list[Json], values: Values, given: Any) -> Values:
    """The state with what was submitted put in. Raises for inputs that the view has not."""
    if not isinstance(given, dict):
        raise PersonError("invalid_values", "`values` must be an object, as view.state.values is.")
    known = {
        (p["block"]["block_id"], e["action_id"]): e
        for p, e, _ in interactive(blocks)
        if e["type"] in KEYS
    }
    merged = {block_id: dict(actions) for block_id, actions in values.items()}
    for block_id, actions in given.items():
        for action_id, entry in actions.items() if isinstance(actions, dict) else ():
            element = known.get((block_id, action_id))
            if element is None or not isinstance(entry, dict):
                raise PersonError("no_such_input", f"The view has no input {block_id}/{action_id}.")
            merged[block_id][action_id] = chosen(element, entry)
    return merged


def files_chosen(values: Values) -> list[str]:
    """The ids of the files that were chosen, in whatever input."""
    return [_id(one) for entry in _of_files(values) for one in entry["files"] or ()]


def with_files(values: Values, known: dict[str, Json]) -> None:
    """Put what Slack says of each chosen file in its place; *known* has it by id."""
    for entry in _of_files(values):
        entry["files"] = [known[_id(one)] for one in entry["files"] or ()]


def _of_files(values: Values) -> list[Json]:
    entries = (entry for actions in values.values() for entry in actions.values())
    return [entry for entry in entries if entry["type"] == "file_input"]


def _id(given: Any) -> str:
    """A file by its id, or by what Slack says of it."""
    return str(given.get("id") if isinstance(given, dict) else given)


def refusals(blocks: list[Json], values: Values) -> dict[str, str]:
    """What Slack's client itself complains of before it sends: block id to sentence."""
    found = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        key, _ = KEYS[element["type"]]
        value = values.get(block["block_id"], {}).get(element["action_id"], {}).get(key)
        if problem := _refusal(element, value, optional=bool(block.get("optional"))):
            found[block["block_id"]] = problem
    return found


def _refusal(element: Json, value: Any, *, optional: bool) -> str:
    if value in (None, "", []) or (isinstance(value, str) and not value.strip()):
        return "" if optional else REQUIRED
    if element["type"] == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) < least:
            return f"Must be at least {least} characters."
        if len(value) > most:
            return f"Must be no more than {most} characters."
    if element["type"] == "file_input":
        return _file_refusal(element, value)
    if element["type"] == "number_input":
        return _number_refusal(element, value)
    if element["type"] == "email_text_input" and "@" not in value:
        return "Enter a valid email address."
    if element["type"] == "url_text_input" and "://" not in value:
        return "Enter a valid URL."
    return ""


def _file_refusal(element: Json, value: Any) -> str:
    most = element.get("max_files", MOST_FILES)
    if len(value) > most:
        return f"Choose {most} file{'' if most == 1 else 's'} at most."
    if any(one["size"] > FORM_FILE_BYTES for one in value):
        return "A file can have 10 MB at most."
    wanted = [kind.lower() for kind in element.get("filetypes", ())]
    if wanted and any(one["filetype"] not in wanted for one in value):
        return f"Choose a file of these types: {', '.join(wanted)}."
    return ""


def _number_refusal(element: Json, value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return "Enter a number."
    if not element["is_decimal_allowed"] and number != int(number):
        return "Enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Must be no more than {element['max_value']}."
    return ""

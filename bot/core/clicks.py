"""From Slack's payloads to what is meant: an act on a run, a form to open, a run to start.

The shape of Slack's data is known here, and nowhere below. Nothing is looked up and nothing is
called: what a click means is in the click.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core import commands as c
from bot.core import ids
from bot.core.events import Person
from bot.core.text import shorten
from bot.core.values import clean

NAME_LIMIT = 80
"""The longest name of someone that is kept, in characters; Slack's own are as long at most."""


@dataclass(frozen=True, slots=True)
class Act:
    """Do this to this run."""

    run: str
    command: c.Command


@dataclass(frozen=True, slots=True)
class Form:
    """Open a form about a run, a step, or a line: `name` is a function of bot.core.forms."""

    run: str
    name: str
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """Open the whole procedure of a run, at a step or at the nth step."""

    run: str
    step: str | None = None
    first: int = 0
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Begin:
    """Start a procedure; `another` even when the channel has an open run of it.

    `ask` opens the form even when nothing is missing: what would be taken is seen first. `instead`
    is a run that was started with wrong values, which is closed then.
    """

    procedure: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    another: bool = False
    channel: str | None = None
    ask: bool = False
    instead: str | None = None


Intent = Act | Form | Show | Begin


@dataclass(frozen=True, slots=True)
class Click:
    """A click or a submitted form: who, where, Slack's id of it, and what is meant.

    `page` is the first step shown by the walkthrough that was clicked in; `in_more` says that it
    was the form of everything that can be done.
    """

    by: Person
    delivery: str
    channel: str | None
    response_url: str | None
    view: str | None
    page: int | None
    in_more: bool
    intent: Intent


class Unreadable(ValueError):
    """A payload that no message or form of this bot can have sent."""


_MALFORMED = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading a payload of another shape raises."""

_ON_STEP: Mapping[str, Callable[[str, Person], c.Command]] = {
    "take": c.Take,
    "done": c.MarkDone,
    "give_back": c.GiveBack,
    "take_over": c.TakeOver,
    "undo": c.Undo,
    "check": c.CheckAgain,
    "withdraw": c.Withdraw,
}
_ON_RUN: Mapping[str, Callable[[Person], c.Command]] = {"verify": c.Verify, "export": c.Export}
_STEP_FORMS = {
    "take_ask": "take",
    "skip": "skip",
    "fail": "fail",
    "hand_over": "hand_over",
    "confirm": "confirm",
}
_RUN_FORMS = {
    "undo_ask": "undo",
    **{
        name: name
        for name in ("about", "again", "close", "close_anyway", "mistake", "more", "reopen")
    },
}
_ABOUT_A_STEP = frozenset({"take", "skip", "fail", "hand_over"})
_MENUS = frozenset({"step_menu", "run_menu"})


def person(payload: Mapping[str, Any]) -> Person:
    """Who clicked."""
    user = payload["user"]
    return named(user["id"], user.get("name") or user.get("username"))


def named(one: str, name: str | None) -> Person:
    """Someone, and what they are called, if Slack told it."""
    return Person(id=one, name=shorten(name, NAME_LIMIT) if name else None)


def clicked(payload: Mapping[str, Any]) -> Click:
    """Read a `block_actions` payload; raises Unreadable."""
    try:
        action = payload["actions"][0]
        verb, value = _verb(action)
        by = person(payload)
        container = payload.get("container") or {}
        return Click(
            by=by,
            delivery=_text(payload["trigger_id"]),
            channel=(payload.get("channel") or {}).get("id") or container.get("channel_id"),
            response_url=payload.get("response_url"),
            view=(payload.get("view") or {}).get("id"),
            page=_page(payload.get("view")),
            in_more=(payload.get("view") or {}).get("callback_id") == "more",
            intent=_intent(verb, value, by),
        )
    except _MALFORMED as error:
        raise Unreadable(f"not a click on anything that the bot shows: {_kind(error)}") from None


class _Odd(ValueError):
    """Something in a payload is not as the bot writes it; the message has no word of anybody's."""


def _kind(error: Exception) -> str:
    """What is wrong; the words of other errors may hold what a person wrote."""
    return str(error) if isinstance(error, _Odd) else type(error).__name__


def attributed(click: Click, by: Person) -> Click:
    """The click, done by *by*: who it is may be known better than the payload says."""
    intent = click.intent
    if isinstance(intent, Act) and by != click.by:
        command: Any = intent.command
        intent = replace(intent, command=replace(command, by=by))
    return replace(click, by=by, intent=intent)


def _verb(action: Mapping[str, Any]) -> tuple[str, str]:
    """A button's verb is its action id; a menu's option names its own."""
    if action["action_id"] in _MENUS:
        verb, _, value = _text(action["selected_option"]["value"]).partition("/")
        return verb, value
    return _text(action["action_id"]), _text(action.get("value") or "")


def _intent(verb: str, value: str, by: Person) -> Intent:
    if verb == "start":
        asked = json.loads(value)
        begin = _begin(asked["procedure"], asked.get("inputs", {}), asked.get("another", False))
        return replace(begin, ask=asked.get("ask", False) is True)
    run, _, rest = value.partition("/")
    if not run:
        raise _Odd("no run is named")
    return _act(verb, run, rest, by) or _form(verb, run, rest)


def _begin(procedure: Any, inputs: Any, another: Any, channel: str | None = None) -> Begin:
    given = {_text(name): _text(value) for name, value in inputs.items()}
    return Begin(_text(procedure), given, another is True, channel)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Odd("not a text")
    # JSON within a text of the payload may still spell half a character.
    return clean(value)


def _someone(value: Any) -> Person:
    if not ids.is_person(_text(value)):
        raise _Odd("not the id of a person")
    return Person(id=value)


def _act(verb: str, run: str, rest: str, by: Person) -> Act | None:
    if verb in _ON_STEP:
        return Act(run, _ON_STEP[verb](rest, by))
    if verb in _ON_RUN:
        return Act(run, _ON_RUN[verb](by))
    return None


def _form(verb: str, run: str, rest: str) -> Form | Show:
    match verb:
        case "show":
            return Show(run, rest or None)
        case "page" | "page_next":
            return Show(run, first=int(rest), turned=True)
        case "note":
            return Form(run, "note", rest or None)
    if verb in _STEP_FORMS:
        return Form(run, _STEP_FORMS[verb], rest)
    if verb in _RUN_FORMS:
        return Form(run, _RUN_FORMS[verb])
    raise _Odd("no such verb")


def _page(view: Mapping[str, Any] | None) -> int | None:
    """Where the walkthrough stands that the click was in, if it was in one."""
    if view is None or view.get("callback_id") != "show":
        return None
    return int(json.loads(view["private_metadata"])["first"])


def submitted(payload: Mapping[str, Any]) -> Click:
    """Read a `view_submission` payload; raises Unreadable."""
    try:
        view = payload["view"]
        about = json.loads(view["private_metadata"])
        by = person(payload)
        # A form is submitted once: its view's id and hash name the delivery.
        return Click(
            by=by,
            delivery=f"{view['id']}/{view.get('hash', '')}",
            channel=about.get("channel"),
            response_url=None,
            view=view["id"],
            page=None,
            in_more=False,
            intent=_answered(view["callback_id"], about, _values(view), by),
        )
    except _MALFORMED as error:
        raise Unreadable(f"not a form that the bot opens: {_kind(error)}") from None


def _values(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in: block id -> value; an empty field is left out."""
    found: dict[str, str] = {}
    for block_id, elements in view["state"]["values"].items():
        for element in elements.values():
            option = element.get("selected_option") or {}
            value = element.get("value") or element.get("selected_user") or option.get("value")
            value = value or ",".join(o["value"] for o in element.get("selected_options") or ())
            if value:
                found[block_id] = _text(value)
    return found


def _answered(kind: str, about: Mapping[str, Any], values: Mapping[str, str], by: Person) -> Intent:
    if kind == "start":
        begin = _begin(about["procedure"], values, about["another"], _text(about["channel"]))
        instead = about.get("instead")
        return begin if instead is None else replace(begin, instead=_text(instead))
    step = about.get("step")
    if step is not None or kind in _ABOUT_A_STEP:
        step = _text(step)
    if kind == "confirm":
        said = values.get("words", "")
        return Act(_text(about["run"]), c.Confirm(_text(about["item"]), by, said))
    return Act(_text(about["run"]), _command(kind, step, values, by))


def _command(kind: str, step: Any, values: Mapping[str, str], by: Person) -> c.Command:
    match kind:
        case "take":
            return c.Take(step, by, values.get("typed", ""))
        case "skip":
            return c.Skip(step, by, values.get("reason", ""))
        case "fail":
            return c.Fail(step, by, values.get("what", ""))
        case "note":
            return c.AddNote(step, by, values.get("text", ""), "shared" in values)
        case "hand_over":
            return c.HandOver(step, by, _someone(values["to"]))
        case "undo":
            # The id of a step has no colon, the key of a line has one.
            which = values["step"]
            return c.Withdraw(which, by) if ":" in which else c.Undo(which, by)
        case "close":
            given = {key.partition(":"): value for key, value in values.items()}
            return c.Close(by, {k[2]: value for k, value in given.items() if k[0] == "reason"})
        case "mistake":
            return c.Mistake(by, values.get("reason", ""))
        case "reopen":
            return c.Reopen(by, values.get("reason", ""))
    raise _Odd("no such form")

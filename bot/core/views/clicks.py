"""From Slack's payloads to what is meant: an act on a run, a form to open, a run to start.

The shape of Slack's data is known here, and nowhere below. Nothing is looked up and nothing is
called: what a click means is in the click. What a verb means, and how an answer is read, stands
with the act.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.core import ids
from bot.core.acting.asking import Answer, Means, opens
from bot.core.acting.intents import (
    OTHERS,
    ROOM,
    Begin,
    Choose,
    Do,
    Form,
    LookFor,
    Odd,
    Show,
    text,
    wanted,
)
from bot.core.acting.start_form import CHANNEL
from bot.core.acts.erase import FIND
from bot.core.acts.registry import ACTS, Command
from bot.core.run.events import Person
from bot.core.text import shorten
from bot.core.views import pinning
from bot.core.views.forms import QUESTIONS
from bot.core.views.home import SEARCH

__all__ = [
    "Begin",
    "Choose",
    "Click",
    "Do",
    "Form",
    "Intent",
    "LookFor",
    "Show",
    "Unreadable",
    "attributed",
    "clicked",
    "named",
    "person",
    "submitted",
]

NAME_LIMIT = 80
"""The longest name of someone that is kept, in characters; Slack's own are as long at most."""


Intent = Do[Command] | Form | Show | Begin


@dataclass(frozen=True, slots=True)
class Click:
    """A click or a submitted form: who, where, Slack's id of it, and what is meant.

    `page` is the first step shown by the walkthrough that was clicked in; `in_more` says that it
    was the form of everything that can be done, `listing` which form it was whose list changes by
    what is pressed in it.
    """

    by: Person
    delivery: str
    channel: str | None
    response_url: str | None
    view: str | None
    page: int | None
    in_more: bool
    intent: Intent | LookFor | Choose
    listing: str | None = None


class Unreadable(ValueError):
    """A payload that no message or form of this bot can have sent."""


_MALFORMED = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading a payload of another shape raises."""

_VERBS: Mapping[str, Means[Any]] = {
    **{verb: means for asking in ACTS.askings for verb, means in asking.verbs.items()},
    # It is drawn of all of them, so it is none of them.
    "more": opens("more"),
}
_LISTINGS = ("timeline", "items")
"""Forms that list what can be changed in them."""
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
        if verb == FIND:
            # What is typed names no run: the form does.
            value = f"{text(json.loads(payload['view']['private_metadata'])['run'])}/{value}"
        by = person(payload)
        container = payload.get("container") or {}
        return Click(
            by=by,
            delivery=text(payload["trigger_id"]),
            channel=(payload.get("channel") or {}).get("id") or container.get("channel_id"),
            response_url=payload.get("response_url"),
            view=(payload.get("view") or {}).get("id"),
            page=_page(payload.get("view")),
            in_more=(payload.get("view") or {}).get("callback_id") == "more",
            intent=_intent(verb, value, by),
            listing=_listing(payload.get("view")),
        )
    except _MALFORMED as error:
        raise Unreadable(f"not a click on anything that the bot shows: {_kind(error)}") from None


def _kind(error: Exception) -> str:
    """What is wrong; the words of other errors may hold what a person wrote."""
    return str(error) if isinstance(error, Odd) else type(error).__name__


def attributed(click: Click, by: Person) -> Click:
    """The click, done by *by*: who it is may be known better than the payload says."""
    if by == click.by:
        return click
    intent = click.intent
    if isinstance(intent, Do):
        command: Any = intent.command
        intent = replace(intent, command=replace(command, by=by))
    return replace(click, by=by, intent=intent)


def _verb(action: Mapping[str, Any]) -> tuple[str, str]:
    """A button's verb is its action id; a menu's option names its own."""
    if action["action_id"] in _MENUS:
        verb, _, value = text(action["selected_option"]["value"]).partition("/")
        return verb, value
    return text(action["action_id"]), text(action.get("value") or "")


def _intent(verb: str, value: str, by: Person) -> Intent | LookFor | Choose:
    if verb == "start":
        asked = json.loads(value)
        begin = _begin(asked, asked.get("inputs", {}), asked.get("another", False))
        return replace(begin, ask=asked.get("ask", False) is True)
    if verb == SEARCH:
        return LookFor(value)
    if verb == pinning.CHOOSE:
        channel, _, ts = value.partition("/")
        if not (ids.is_channel(channel) and ids.is_ts(ts)):
            raise Odd("not a message")
        return Choose(channel, ts)
    run, _, rest = value.partition("/")
    if not run:
        raise Odd("no run is named")
    if (means := _VERBS.get(verb)) is None:
        raise Odd("no such verb")
    return means(run, rest, by)


def _begin(
    about: Mapping[str, Any], inputs: Any, another: Any, channel: str | None = None
) -> Begin:
    given = {text(name): text(value) for name, value in inputs.items()}
    drill = about.get("drill", False) is True
    procedure, room = text(about["procedure"]), wanted(about.get(ROOM))
    begin = Begin(procedure, given, another is True, channel, drill=drill, room=room)
    others: dict[str, Any] = {name: text(about[name]) for name in OTHERS if name in about}
    return replace(begin, **others) if others else begin


def _page(view: Mapping[str, Any] | None) -> int | None:
    """Where the walkthrough stands that the click was in, if it was in one."""
    if view is None or view.get("callback_id") != "show":
        return None
    return int(json.loads(view["private_metadata"])["first"])


def _listing(view: Mapping[str, Any] | None) -> str | None:
    """The form that it was in, if what is pressed there changes what it lists."""
    kind = None if view is None else view.get("callback_id")
    return kind if kind in _LISTINGS else None


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
            intent=_sent(view, about, by),
        )
    except _MALFORMED as error:
        raise Unreadable(f"not a form that the bot opens: {_kind(error)}") from None


def _sent(view: Mapping[str, Any], about: Mapping[str, Any], by: Person) -> Intent:
    values = _values(view)
    if view["callback_id"] == pinning.FORM:
        # The words come back with the form that showed them.
        return Do(*pinning.pinned(about, view.get("blocks") or (), values, by))
    return _answered(view["callback_id"], about, values, by)


def _values(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in: block id -> value; an empty field is left out."""
    found: dict[str, str] = {}
    for block_id, elements in view["state"]["values"].items():
        for element in elements.values():
            option = element.get("selected_option") or {}
            chosen = element.get("selected_user") or element.get("selected_conversation")
            chosen = chosen or element.get("selected_date")
            value = element.get("value") or chosen or option.get("value")
            if isinstance(time := element.get("selected_date_time"), int):
                value = str(time)
            if files := element.get("files"):
                # Their act reads what Slack says of each.
                value = json.dumps(files)
            value = value or ",".join(o["value"] for o in element.get("selected_options") or ())
            if value:
                found[block_id] = text(value)
    return found


def _answered(kind: str, about: Mapping[str, Any], values: Mapping[str, str], by: Person) -> Intent:
    if kind == "start":
        inputs = {name: value for name, value in values.items() if name != CHANNEL}
        chosen = values.get(CHANNEL)
        begin = _begin(about, inputs, about["another"], chosen or text(about["channel"]))
        return replace(begin, chosen=chosen is not None)
    step = about.get("step")
    answer = Answer(by, None if step is None else text(step), about, values)
    question = QUESTIONS.get(kind)
    if question is None or question.read is None:
        raise Odd("no such form")
    return Do(text(about["run"]), question.read(answer))

"""A person at the keyboard: types, clicks what is labelled so, fills forms, reads what is shown.

Everything goes over the workspace's JSON; nothing here knows the bot. What is clicked is found by
the words that a person sees, so a test that clicks "Done" fails when there is no such button.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.demo.workspace.client import PersonClient
from tests.hanging import HANG_S

INCIDENTS = "C0INCIDENTS"
RANDOM = "C0RANDOM"
ONCALL = "C0TRUSTONCALL"

Json = dict[str, Any]
T = TypeVar("T")


TROUBLE = re.compile(r"[Tt]ry again in a moment|ask again in a few seconds|did not open")
"""What the bot says to one whose press it took and could not carry out."""
TOOK_TOO_LONG = "operation_timeout"
"""What Slack says to one whose press was not acknowledged in time; pressing again is safe."""
PRESSES = 5
SHORTEST, LONGEST = 0.02, 0.15
"""Seconds between two looks at the screen: ever longer, since each costs the bot's processor."""
ASKS_AFTER_S = 1.0
"""After so many seconds without what they wait for, people read what they were told."""


class NotThere(AssertionError):
    """What a person looks for is not on the screen."""


@dataclass(slots=True)
class Memory:
    """What a person pressed last, and which troubles they have read already."""

    again: Callable[[], Awaitable[Any]] | None = None
    read: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Someone:
    """One person in one channel, who presses again when told to, as people do."""

    people: PersonClient
    name: str
    channel: str = INCIDENTS
    patience: float = HANG_S
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    @property
    def id(self) -> str:
        return f"U0{self.name.upper()}"

    def in_(self, channel: str) -> "Someone":
        """The same person, looking at another channel."""
        return Someone(self.people, self.name, channel, self.patience, self.memory)

    # Doing. -------------------------------------------------------------------------------------

    async def types(self, line: str) -> str:
        """Type a slash command; what is shown at once, to this person only, or nothing."""
        command, _, text = line.partition(" ")
        answer: Json = {}
        said, late = "", False
        for _ in range(PRESSES):
            answer = await self.people.command(self.id, self.channel, command, text)
            said = words(answer["response"]) if "response" in answer else ""
            if answer.get("error") != TOOK_TOO_LONG:
                break
            late = True
        assert answer["ok"], answer
        # One whose first line was taken late is told so when the line is typed again.
        return "" if late and "already" in said else said

    async def says(self, text: str, thread: str = "") -> str:
        """Write a message, in a thread if one is named; its ts."""
        return await self.people.say(self.id, self.channel, text, thread or None)

    async def clicks(self, label: str, on: Json | None = None, *, row: str = "") -> Json:
        """Click the button, or choose from a ⋯ menu, that reads *label*.

        *on* is a message, or None for the board; with *row*, the button in the block that has
        these words or is announced by them ("step 4").
        """
        message = on or await self.board()
        action = find(message, label, row)
        place = {"channel": self.channel} if message.get("type") == "message" else {}
        return await self.people.click(self.id, message, **place, **action)

    async def does(self, label: str, on: Json | None = None, *, row: str = "") -> None:
        """Click, once what is to be clicked is there; and have it taken."""

        async def clicked() -> Json | None:
            again = on is not None and on.get("type") == "message"
            shown = await self.message(on["ts"], on.get("thread_ts", "")) if again and on else on
            try:
                return await self.clicks(label, shown, row=row)
            except NotThere:
                return None

        answer: Json = {}
        self.memory.again = None
        for _ in range(PRESSES):
            answer = await self.eventually(clicked, f"{label!r} to click {row}")
            if answer.get("error") != TOOK_TOO_LONG:
                break
        assert answer["ok"], answer
        self.memory.again = clicked

    async def fills(self, values: dict[str, str] | None = None) -> Json:
        """Fill the form on top, by its fields' labels, and submit it; what the person sees."""
        view = await self.form()
        given: Json = {}
        for label, value in (values or {}).items():
            block = _field(view, label)
            given[block["block_id"]] = {block["element"]["action_id"]: _entry(block, value)}
        answer: Json = {}
        for _ in range(PRESSES):
            answer = await self.people.submit(self.id, view, given)
            if answer.get("error") != TOOK_TOO_LONG:
                break
        return answer

    async def dismisses(self) -> None:
        """Close the form on top."""
        await self.people.close(self.id, await self.form())

    async def deletes(self, message: Json) -> None:
        await self.people.delete(self.id, self.channel, message["ts"])

    # Seeing. ------------------------------------------------------------------------------------

    async def form(self) -> Json:
        """The form on top, once there is one."""

        async def top() -> Json | None:
            views = await self.people.views(self.id)
            return views[-1] if views else None

        return await self.eventually(top, "a form")

    async def messages(self, thread: str = "") -> list[Json]:
        """What this person sees in the channel or a thread, oldest first."""
        return await self.people.messages(self.channel, self.id, thread)

    async def message(self, ts: str, thread: str = "") -> Json:
        found: Json = next(m for m in await self.messages(thread) if m["ts"] == ts)
        return found

    async def boards(self) -> list[Json]:
        """The boards of the channel, oldest first."""
        shown = await self.people.messages(self.channel)
        return [m for m in shown if _is_board(m)]

    async def board(self, run: str = "", having: str = "") -> Json:
        """The newest board, of *run* if it is named, once it shows *having*."""

        async def there() -> Json | None:
            found = [m for m in await self.boards() if _is_of(m, run) and having in words(m)]
            return found[-1] if found else None

        return await self.eventually(there, f"a board of {run or 'a run'} with {having!r}")

    async def thread(self, having: str = "", run: str = "") -> list[Json]:
        """The answers under the board that have these words, once there is one; oldest first.

        Others may come before or after them, since each is painted in its own time.
        """

        async def told() -> list[Json] | None:
            board = await self.board(run)
            found = [m for m in await self.messages(board["ts"]) if m["ts"] != board["ts"]]
            return [m for m in found if having in words(m)] or None

        return await self.eventually(told, f"{having!r} in the thread")

    async def told(self, having: str = "") -> Json:
        """The newest message for this person only, once there is one with these words."""

        async def mine() -> Json | None:
            found = [m for m in await self.whispers() if having in words(m)]
            return found[-1] if found else None

        found = await self.eventually(mine, f"{having!r}, told to {self.name} alone")
        self.memory.read.add(found["ts"])
        return found

    async def whispers(self) -> list[Json]:
        """Every message that only this person sees, in the channel and its threads."""
        seen = await self.messages()
        for parent in [m["ts"] for m in seen if not m.get("is_ephemeral")]:
            seen += [m for m in await self.messages(parent) if m["ts"] != parent]
        return [m for m in seen if m.get("is_ephemeral")]

    async def eventually(self, look: Callable[[], Awaitable[T | None]], what: str) -> T:
        """What *look* finds, once it finds something; no look is broken off before the end.

        Meanwhile they press again what they pressed last when the bot asks for that.
        """
        end, pause = time.monotonic() + self.patience, SHORTEST
        asked = time.monotonic() + ASKS_AFTER_S
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    if found := await look():
                        return found
            if time.monotonic() > asked:
                await self._press_again_if_asked()
                asked = time.monotonic() + ASKS_AFTER_S
            await asyncio.sleep(pause)
            pause = min(LONGEST, pause * 1.3)
        seen = "\n---\n".join(words(m) for m in await self.messages())
        raise NotThere(f"{self.name} waits in vain for {what}; there is:\n{seen}")

    async def _press_again_if_asked(self) -> None:
        if (again := self.memory.again) is None:
            return
        for told in await self.whispers():
            if told["ts"] not in self.memory.read and TROUBLE.search(words(told)):
                self.memory.read.add(told["ts"])
                await again()
                return


def _key(message: Json) -> str:
    key: str = (message.get("metadata") or {}).get("event_payload", {}).get("key", "")
    return key


def _is_of(board: Json, run: str) -> bool:
    """Whether a board is of *run*; one that does not say so itself is known by its words."""
    key = _key(board)
    return not run or (key.startswith(f"{run}/") if key else run in words(board))


def _is_board(message: Json) -> bool:
    return _key(message).endswith("/board") or bool(
        message.get("blocks") and message["blocks"][0]["type"] == "header"
    )


def words(shown: Any) -> str:
    """All that can be read in a message or a view, labels included, as plain text."""
    if isinstance(shown, list):
        return "\n".join(filter(None, map(words, shown)))
    if not isinstance(shown, dict):
        return ""
    if shown.get("type") == "user":
        return f"<@{shown['user_id']}>"
    parts = [shown["text"]] if isinstance(shown.get("text"), str) and "blocks" not in shown else []
    parts += [words(shown[k]) for k in _INSIDE if k in shown]
    if "blocks" in shown and not shown["blocks"]:
        parts.append(str(shown.get("text", "")))
    return "\n".join(filter(None, parts))


_INSIDE = (
    *("title", "text", "description", "blocks", "elements", "fields", "accessory", "label"),
    *("element", "hint", "options", "files"),
)


def sight(shown: Any) -> str:
    """What `words` gives, with the times left out, so that two pictures can be compared."""
    return re.sub(r"<!date[^>]*>", "(time)", words(shown))


def find(shown: Json, label: str, row: str = "") -> Json:
    """The action of the element that reads *label*; of several, the first."""
    for block, element in _elements(shown):
        own, all_of_it = element.get("accessibility_label", ""), _spoken(block)
        # A menu has no words of its own: it belongs to the buttons beside it.
        if row and row not in words(block) and row not in (own or all_of_it):
            continue
        at = {"action_id": element["action_id"], "block_id": block["block_id"]}
        if words(element.get("text")) == label:
            return at
        for option in element.get("options", []):
            if words(option["text"]) == label:
                return {**at, "selected_option": {"value": option["value"]}}
    raise NotThere(f"there is no {label!r} {row} in:\n{words(shown)}")


def _spoken(block: Json) -> str:
    elements = (block.get("accessory") or {}, *block.get("elements", ()))
    return "\n".join(e.get("accessibility_label", "") for e in elements)


def has(shown: Json, label: str, row: str = "") -> bool:
    """Whether something that reads *label* can be clicked."""
    try:
        find(shown, label, row)
    except NotThere:
        return False
    return True


def _elements(shown: Json) -> Iterator[tuple[Json, Json]]:
    for block in shown.get("blocks") or []:
        for element in (block.get("accessory"), *block.get("elements", ())):
            if element is not None and "action_id" in element:
                yield block, element


def _field(view: Json, label: str) -> Json:
    for block in view["blocks"]:
        if block["type"] == "input" and label in words(block["label"]):
            found: Json = block
            return found
    raise NotThere(f"there is no field {label!r} in:\n{words(view)}")


def _entry(block: Json, value: str) -> Json:
    match block["element"]["type"]:
        case "users_select":
            return {"type": "users_select", "selected_user": value}
        case "conversations_select":
            return {"type": "conversations_select", "selected_conversation": value}
        case "static_select":
            options = block["element"]["options"]
            chosen = next(o for o in options if value in words(o["text"]))
            return {"type": "static_select", "selected_option": chosen}
        case "multi_static_select" | "checkboxes" as kind:
            options = block["element"]["options"]
            # Several, one a line, each by how it begins or by words in it.
            ticked = [o for line in value.splitlines() for o in options if line in words(o)]
            return {"type": kind, "selected_options": ticked}
        case "datetimepicker":
            return {"type": "datetimepicker", "selected_date_time": int(value)}
        case "file_input":
            # By the ids that they were uploaded under, one a line.
            return {"type": "file_input", "files": [{"id": one} for one in value.splitlines()]}
        case kind:
            return {"type": kind, "value": value}

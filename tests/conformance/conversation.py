"""The one conversation that every client must carry: what people do, and what they then see.

It talks to the workspace as people do. Which program is on the other side it cannot tell; what
that program is to do is said by the three in `apps/`, which do the same.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient

Json = dict[str, Any]
INCIDENTS = "C0INCIDENTS"


@dataclass(frozen=True, slots=True)
class Talk:
    """Where the conversation takes place, and who is in it."""

    workspace: Workspace
    people: PersonClient

    async def messages(self, thread_ts: str = "", user: str = "ana") -> list[Json]:
        return await self.people.messages(INCIDENTS, user, thread_ts)

    async def texts(self, thread_ts: str = "", user: str = "ana") -> list[str]:
        return [m["text"] for m in await self.messages(thread_ts, user)]

    async def reads(self, *texts: str, thread_ts: str = "", user: str = "ana") -> None:
        """Wait until the person reads all of these in the channel or thread, in any order."""

        async def there() -> bool:
            return set(texts) <= set(await self.texts(thread_ts, user))

        try:
            await self.people.until(there)
        except TimeoutError:
            seen = await self.texts(thread_ts, user)
            raise AssertionError(f"{user} reads {seen}, not {texts}") from None

    async def note(self, text: str) -> Json:
        """Take a note with the command and return its message."""
        shown = await self.people.command("ana", INCIDENTS, "/note", text)
        assert shown["ok"], shown
        assert shown["response"]["text"] == f"Noted: {text}"
        await self.reads(text, "Only you see this")
        return next(m for m in await self.messages() if m["text"] == text)

    async def modal(self) -> Json:
        """The modal that opens for Ana."""
        (view,) = await self.people.until(lambda: self.people.views("ana"))
        return view


async def a_command_is_answered_in_its_acknowledgement(talk: Talk) -> None:
    shown = await talk.people.command("ana", INCIDENTS, "/note", "disk & <b> of @ben")
    escaped = "disk &amp; &lt;b&gt; of <@U0BEN|ben>"
    assert shown["response"]["text"] == f"Noted: {escaped}"
    await talk.reads(shown["response"]["text"], escaped, "Only you see this")


async def a_thread_and_a_response_url_reach_whom_they_should(talk: Talk) -> None:
    message = await talk.note("the disk is full")
    await talk.reads("the disk is full", "More here", thread_ts=message["ts"])
    await talk.reads("the disk is full", user="ben")
    assert message["blocks"][0]["elements"][0]["action_id"] == "done"


async def a_click_updates_its_message(talk: Talk) -> None:
    message = await talk.note("to be done")
    clicked = await talk.people.click("ben", message, "done", channel=INCIDENTS)
    assert clicked == {"ok": True}
    await talk.reads("Done", user="ben")
    changed = next(m for m in await talk.messages() if m["ts"] == message["ts"])
    assert (changed["text"], "blocks" in changed) == ("Done", False)


async def a_modal_is_updated_refused_and_then_taken(talk: Talk) -> None:
    message = await talk.note("to be edited")
    await talk.people.click("ana", message, "edit", channel=INCIDENTS)
    opened = await talk.modal()
    assert await talk.people.click("ana", opened, "help") == {"ok": True}

    async def helped() -> bool:
        return len((await talk.modal())["blocks"]) == 3

    await talk.people.until(helped)
    view = await talk.modal()
    assert (view["id"], view["hash"] != opened["hash"]) == (opened["id"], True)
    shouted = await talk.people.submit("ana", view, _typed("argh!"))
    assert shouted == {"ok": False, "errors": {"note": "Stay calm."}}
    assert await talk.people.submit("ana", view, _typed("edited")) == {"ok": True}
    assert await talk.people.views("ana") == []
    await talk.reads("edited", user="ben")


def _typed(text: str) -> Json:
    return {"note": {"text": {"type": "plain_text_input", "value": text}}}


async def a_mention_is_answered_with_a_file_in_its_thread(talk: Talk) -> None:
    ts = await talk.people.say("ben", INCIDENTS, "@runbook all notes, please")
    await talk.reads("All notes", thread_ts=ts)
    reply = (await talk.messages(ts))[-1]
    (file,) = reply["files"]
    assert (file["name"], file["size"]) == ("notes.md", 8)
    async with aiohttp.ClientSession() as http, http.get(file["permalink"]) as response:
        assert await response.text() == "# Notes\n"


async def a_message_shortcut_knows_its_message(talk: Talk) -> None:
    ts = await talk.people.say("ben", INCIDENTS, "keep this")
    done = await talk.people.shortcut("ana", "keep", channel=INCIDENTS, message_ts=ts)
    assert done == {"ok": True}
    await talk.reads("Kept: keep this", thread_ts=ts)
    kept = (await talk.messages(ts))[0]
    assert kept["reactions"] == [{"name": "pushpin", "users": ["U0RUNBOOK"], "count": 1}]


async def a_global_shortcut_opens_a_modal(talk: Talk) -> None:
    assert await talk.people.shortcut("ana", "new") == {"ok": True}
    view = await talk.modal()
    assert await talk.people.close("ana", view) == {"ok": True}


async def the_home_is_published_when_someone_looks(talk: Talk) -> None:
    await talk.people.open_home("ana")
    view = await talk.people.until(lambda: talk.people.home("ana"))
    assert view is not None
    assert view["blocks"][0]["text"]["text"] == "Your notes"


async def a_reaction_reaches_the_app(talk: Talk) -> None:
    ts = await talk.people.say("ben", INCIDENTS, "good news")
    await talk.people.react("ana", INCIDENTS, ts, "tada")
    await talk.reads("Saw tada", thread_ts=ts)


async def no_call_was_refused(talk: Talk) -> None:
    calls = await talk.people.calls()
    assert [c for c in calls if not c["ok"]] == []
    assert {"chat.postMessage", "chat.update", "views.open", "views.update", "views.publish"} <= {
        c["method"] for c in calls
    }


async def it_goes_on_after_a_refresh(talk: Talk) -> None:
    await _goes_on_after(talk, "refresh")


async def it_goes_on_after_a_cut(talk: Talk) -> None:
    await _goes_on_after(talk, "cut")


async def _goes_on_after(talk: Talk, fault: str) -> None:
    opened = len(await talk.people.calls("apps.connections.open"))
    await talk.people.faults(limits=False, socket=fault)

    async def back() -> bool:
        again = len(await talk.people.calls("apps.connections.open")) > opened
        state = await talk.people.state()
        return again and bool(state["apps"][0]["connected"])

    async def answered() -> bool:
        shown = await talk.people.command("ana", INCIDENTS, "/note", "are you back?")
        return bool(shown["ok"])

    await talk.people.until(back)
    # Some clients are slow to listen to a connection that they opened: people try again.
    await talk.people.until(answered)
    await talk.note(f"after the {fault}")


Step = Callable[[Talk], Awaitable[None]]

STEPS: tuple[Step, ...] = (
    a_command_is_answered_in_its_acknowledgement,
    a_thread_and_a_response_url_reach_whom_they_should,
    a_click_updates_its_message,
    a_modal_is_updated_refused_and_then_taken,
    a_mention_is_answered_with_a_file_in_its_thread,
    a_message_shortcut_knows_its_message,
    a_global_shortcut_opens_a_modal,
    the_home_is_published_when_someone_looks,
    a_reaction_reaches_the_app,
    no_call_was_refused,
)
SOCKET_STEPS: tuple[Step, ...] = (it_goes_on_after_a_refresh, it_goes_on_after_a_cut)

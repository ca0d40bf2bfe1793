"""A person at the keyboard, for programs: calls the JSON under `/workspace/` of a running server.

It speaks HTTP only, so it works against a workspace in another process too.
"""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp

from .model import Json

T = TypeVar("T")


class PersonClient:
    """One session for all people of a workspace; each call names who does it."""

    def __init__(self, url: str) -> None:
        self._session = aiohttp.ClientSession(url, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def request(self, verb: str, path: str, body: Json | None = None) -> Json:
        """The answer's JSON, whatever its status."""
        async with self._session.request(verb, f"/workspace/{path}", json=body) as response:
            answer: Json = await response.json()
            return answer

    async def state(self) -> Json:
        return await self.request("GET", "state")

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Json:
        body = {"user": user, "channel": channel, "command": command, "text": text}
        return await self.request("POST", "commands", body)

    async def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Post a message and return its timestamp."""
        body = {"user": user, "channel": channel, "text": text, "thread_ts": thread_ts}
        ts: str = (await self.request("POST", "messages", body))["ts"]
        return ts

    async def through(self, app: str, user: str, channel: str, text: str, **more: Any) -> str:
        """Post through another app: `by` its "bot", a "webhook", or on behalf of the "person"."""
        body = {"user": user, "channel": channel, "text": text, "app": app, **more}
        ts: str = (await self.request("POST", "messages", body))["ts"]
        return ts

    async def click(self, user: str, message: Json, action_id: str, **choice: Any) -> Json:
        """Act on an element of a message (as `messages` gives it) or of a view."""
        if message.get("type") == "message":
            where = {"channel": choice.pop("channel"), "message_ts": message["ts"]}
        else:
            where = {"view_id": message["id"]}
        body = {"user": user, "action_id": action_id, **where, **choice}
        return await self.request("POST", "actions", body)

    async def submit(self, user: str, view: Json, values: Json | None = None) -> Json:
        body = {"user": user, "values": values or {}}
        return await self.request("POST", f"views/{view['id']}/submit", body)

    async def close(self, user: str, view: Json) -> Json:
        return await self.request("POST", f"views/{view['id']}/close", {"user": user})

    async def shortcut(self, user: str, callback_id: str, **message: str) -> Json:
        body = {"user": user, "callback_id": callback_id, **message}
        return await self.request("POST", "shortcuts", body)

    async def react(self, user: str, channel: str, ts: str, name: str) -> Json:
        body = {"user": user, "channel": channel, "ts": ts, "name": name}
        return await self.request("POST", "reactions", body)

    async def unreact(self, user: str, channel: str, ts: str, name: str) -> Json:
        body = {"user": user, "channel": channel, "ts": ts, "name": name}
        return await self.request("DELETE", "reactions", body)

    async def pin(self, user: str, channel: str, ts: str) -> Json:
        return await self.request("POST", "pins", {"user": user, "channel": channel, "ts": ts})

    async def unpin(self, user: str, channel: str, ts: str) -> Json:
        return await self.request("DELETE", "pins", {"user": user, "channel": channel, "ts": ts})

    async def delete(self, user: str, channel: str, ts: str) -> Json:
        return await self.request("DELETE", f"channels/{channel}/messages/{ts}", {"user": user})

    async def stand(self, user: str, **standing: Any) -> str:
        """Add a person, or make one a guest, of another `team`, or `deleted`; their id."""
        made: str = (await self.request("POST", "people", {"user": user, **standing}))["user"]
        return made

    async def group(self, handle: str, *users: str) -> str:
        """Make a user group, or say who is in one now; its id."""
        body = {"handle": handle, "users": list(users)}
        made: str = (await self.request("POST", "groups", body))["group"]
        return made

    async def edit(self, user: str, channel: str, ts: str, text: str) -> Json:
        body = {"user": user, "text": text}
        return await self.request("PUT", f"channels/{channel}/messages/{ts}", body)

    async def share(self, user: str, channel: str, name: str, **more: str | None) -> str:
        """Upload a file (`content`, or `base64`) and return its message's timestamp."""
        body = {"user": user, "channel": channel, "name": name, **more}
        ts: str = (await self.request("POST", "files", body))["ts"]
        return ts

    async def upload(self, user: str, name: str, **more: str | None) -> str:
        """Upload a file (`content`, or `base64`) for a form; its id, which the form is given."""
        body = {"user": user, "name": name, **more}
        made: str = (await self.request("POST", "files", body))["file"]
        return made

    async def open_channel(self, user: str, name: str, **more: Any) -> str:
        """Make a channel, `private` or not, with `users` in it; its id."""
        body = {"user": user, "name": name, **more}
        made: str = (await self.request("POST", "channels", body))["channel"]
        return made

    async def use(self, user: str, channel: str, **change: Any) -> Json:
        """Change its `name`, `topic`, `purpose`, if it is `archived`, whom it is `shared` with.

        `renumbered` gives it another id, `deleted` takes it away.
        """
        return await self.request("POST", f"channels/{channel}", {"user": user, **change})

    async def messages(
        self, channel: str, user: str = "", thread_ts: str = ""
    ) -> list[dict[str, Any]]:
        """The channel or thread, oldest first, with what only `user` sees."""
        query = "&".join(
            f"{name}={value}" for name, value in (("as", user), ("thread_ts", thread_ts)) if value
        )
        answer = await self.request("GET", f"channels/{channel}/messages?{query}")
        found: list[dict[str, Any]] = answer["messages"]
        return found

    async def views(self, user: str) -> list[dict[str, Any]]:
        """The person's open modals, bottom first."""
        found: list[dict[str, Any]] = (await self.request("GET", f"views?user={user}"))["views"]
        return found

    async def home(self, user: str) -> Json | None:
        view: Json | None = (await self.request("GET", f"home?user={user}"))["view"]
        return view

    async def open_home(self, user: str) -> Json:
        return await self.request("POST", "home", {"user": user})

    async def calls(self, method: str = "") -> list[dict[str, Any]]:
        """The Web API calls so far, or those of one method."""
        found: list[dict[str, Any]] = (await self.request("GET", "calls"))["calls"]
        return [call for call in found if method in ("", call["method"])]

    async def faults(self, **faults: Any) -> Json:
        """Put these faults in force, and no others."""
        return await self.request("PUT", "faults", faults)

    async def advance(self, seconds: float) -> Json:
        return await self.request("POST", "clock", {"advance": seconds})

    async def until(self, look: Callable[[], Awaitable[T]], seconds: float = 120.0) -> T:
        """Look again and again until there is something to see. Raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            while not (seen := await look()):  # noqa: ASYNC110  # the change is across HTTP
                await asyncio.sleep(0.03)
        return seen

"""The person's side: JSON under `/workspace/` for the page, for tests and for other programs.

Reads a request, asks the world, shows the result. What Slack does is decided elsewhere.
"""

import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from aiohttp import web
from pydantic import BaseModel

from . import apps, interactions, modals, sharing, typing_in
from .bodies import (
    Action,
    Advance,
    Body,
    Close,
    Command,
    Edit,
    Grouping,
    Item,
    Line,
    Opening,
    Post,
    Press,
    Reaction,
    Shortcut,
    Standing,
    Submit,
    Upload,
    Use,
    read,
)
from .errors import PersonError
from .faults import Faults
from .model import Channel, File, Json, Message, User, View
from .setting import Setting

# Pictures that hold no script; text is shown as plain text whatever it is.
STANDING = ("team", "guest", "deleted")
INLINE_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")


Handler = Callable[["PersonApi", web.Request], Awaitable[web.StreamResponse]]


class PersonApi(Setting):
    """The handlers of `/workspace/`."""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route(door.verb, f"/workspace/{door.path}", getattr(self, door.run.__name__))
            for door in DOORS
        ]

    # --- reading -------------------------------------------------------------------------------

    async def state(self, _: web.Request) -> web.Response:
        """Users, channels, user groups, apps with their commands, faults, time, a `system`."""
        world, state = self._world, self._state
        users = [
            {
                name: getattr(u, name)
                for name in ("id", "name", "real_name", "is_bot", "color", "tz", *STANDING)
            }
            for u in state.users.values()
        ]
        names = ("id", "name", "is_private", "is_im", "is_archived", "shared_with", "members")
        channels = [
            {
                "topic": c.topic.value,
                **{n: getattr(c, n) for n in names},
                "bookmarks": [
                    {"title": b.title, "link": b.link, "emoji": b.emoji}
                    for b in c.bookmarks.values()
                ],
            }
            for c in state.channels.values()
        ]
        groups = [
            {"id": g.id, "handle": g.handle, "name": g.name, "users": g.users}
            for g in state.groups.values()
        ]
        app = {
            "app_id": world.app.app_id,
            "name": world.app.name,
            "bot_user": world.app.bot_user,
            "connected": world.delivery.connected,
            "commands": [c.model_dump() for c in world.app.commands.values()],
            "shortcuts": [s.model_dump() for s in world.app.shortcuts.values()],
        }
        return web.json_response(
            {
                "team": world.team,
                "users": users,
                "channels": channels,
                "user_groups": groups,
                "apps": [app],
                "faults": world.trouble.wire(),
                "time": world.clock.now(),
                "system": world.console.named() if world.console else None,
            }
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        """All that changes, as server-sent events; `Last-Event-ID` or `?since=` resumes."""
        return await self._world.changes.stream(request)

    async def messages(self, request: web.Request) -> web.Response:
        """The channel, or with `?thread_ts=` a thread, oldest first; `?as=` adds ephemerals."""
        channel = self._channel(request.match_info["id"])
        thread_ts, viewer = request.query.get("thread_ts"), request.query.get("as")
        viewer_id = self._user(viewer).id if viewer else None
        everything = [
            *channel.messages.values(),
            *(m for m in channel.ephemerals.values() if m.ephemeral_for == viewer_id),
        ]
        if thread_ts:
            found = [m for m in everything if thread_ts in (m.ts, m.thread_ts)]
        else:
            found = [m for m in everything if not m.is_reply or m.broadcast]
        found.sort(key=lambda m: m.ts)
        return web.json_response({"messages": [self._state.wire(m) for m in found]})

    async def views(self, request: web.Request) -> web.Response:
        """The open modals of `?user=`, bottom first."""
        user = self._user(request.query.get("user"))
        stack = self._state.stack(user.id)
        return web.json_response({"views": [self._world.view_wire(v) for v in stack]})

    async def home(self, request: web.Request) -> web.Response:
        """The App Home of `?user=`, or null."""
        view = self._state.homes.get(self._user(request.query.get("user")).id)
        return web.json_response({"view": self._world.view_wire(view) if view else None})

    async def calls(self, request: web.Request) -> web.Response:
        """Web API calls after `?since=`, a time in seconds: method, status, fault, limit, left."""
        try:
            since = float(request.query.get("since") or 0)
        except ValueError:
            raise PersonError("invalid_since", "`since` is a time in seconds.") from None
        found = [call for call in self._world.calls if call["time"] > since]
        return web.json_response({"calls": found})

    async def file(self, request: web.Request) -> web.Response:
        """The bytes of a file."""
        found: File | None = self._state.files.get(request.match_info["id"])
        if found is None or found.content is None:
            raise PersonError("no_such_file", "There is no such file.", 404)
        text = found.mimetype.startswith("text/")
        inline = text or found.mimetype in INLINE_IMAGES
        kept = re.sub(r"[^A-Za-z0-9._-]", "_", found.name)
        return web.Response(
            body=found.content,
            content_type="text/plain" if text else found.mimetype,
            charset="utf-8" if text else None,
            headers={
                "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{kept}"',
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "default-src 'none'; sandbox",
            },
        )

    # --- doing ---------------------------------------------------------------------------------

    async def command(self, request: web.Request) -> web.Response:
        """Types a slash command: what that person sees, `response`, or `error`."""
        body = await read(request, Command)
        user, channel = self._user(body.user), self._channel(body.channel, body.user)
        shown = await interactions.command(self._world, user, channel, body.command, body.text)
        return web.json_response(shown)

    async def post(self, request: web.Request) -> web.Response:
        """Posts as that person, or through another `app`; mentions reach the app."""
        body = await read(request, Post)
        user, channel = self._user(body.user), self._channel(body.channel, body.user)
        _must_be_in(user, channel)
        thread_ts = self._thread(channel, body.thread_ts)
        text = typing_in.composed(self._state, body.text)
        if body.app is not None:
            message = apps.message(self._world, user, channel, text, body)
        else:
            message = Message(channel.id, self._state.new_ts(), user.id, text)
        message.thread_ts = thread_ts
        self._world.post(message)
        return web.json_response({"ok": True, "ts": message.ts})

    async def delete(self, request: web.Request) -> web.Response:
        """Deletes one's own message, or one of the app's."""
        body = await read(request, Body)
        user, channel = self._user(body.user), self._channel(request.match_info["id"])
        message = self._message(channel, request.match_info["ts"], user)
        own = user.id in (message.user, message.ephemeral_for)
        # A workspace's owner may delete what the app wrote, which is what the app must survive.
        if not own and not message.bot_id:
            raise PersonError("cant_delete_message", "Someone else wrote that message.")
        self._world.delete(message)
        return web.json_response({"ok": True})

    async def edit(self, request: web.Request) -> web.Response:
        """Changes one's own message; it is marked as edited."""
        body = await read(request, Edit)
        user, channel = self._user(body.user), self._channel(request.match_info["id"], body.user)
        message = self._message(channel, request.match_info["ts"], user)
        if message.user != user.id or message.bot_id:
            raise PersonError("cant_edit_message", "Someone else wrote that message.")
        self._world.edit(message, text=typing_in.composed(self._state, body.text))
        return web.json_response({"ok": True})

    async def share(self, request: web.Request) -> web.Response:
        """Uploads a file into a channel or thread, with words beside it or none; or for a form."""
        body = await read(request, Upload)
        user = self._user(body.user)
        if body.channel is None:
            made = sharing.kept(self._state, user, body)
            return web.json_response({"ok": True, "file": made.id})
        channel = self._channel(body.channel, body.user)
        _must_be_in(user, channel)
        thread_ts = self._thread(channel, body.thread_ts)
        made = sharing.kept(self._state, user, body)
        ts = self._state.new_ts()
        made.shares.append((channel.id, ts))
        text = typing_in.composed(self._state, body.text)
        shown = Message(channel.id, ts, user.id, text, thread_ts=thread_ts, files=[made.id])
        self._world.post(shown)
        return web.json_response({"ok": True, "ts": ts, "file": made.id})

    async def action(self, request: web.Request) -> web.Response:
        """Clicks an element, or chooses in it."""
        body = await read(request, Action)
        user = self._user(body.user)
        where: Message | View
        if body.view_id is not None:
            where = self._view(body.view_id, user)
        else:
            where = self._message(self._channel(body.channel, body.user), body.message_ts, user)
        try:
            shown = await interactions.act(self._world, user, where, body.model_dump())
        except PersonError as error:
            shown = {"ok": False, "error": error.error, "message": error.message}
        return web.json_response(shown)

    async def shortcut(self, request: web.Request) -> web.Response:
        """Runs a global shortcut, or a message shortcut."""
        body = await read(request, Shortcut)
        user, message = self._user(body.user), None
        if body.message_ts is not None:
            channel = self._channel(body.channel, body.user)
            message = self._message(channel, body.message_ts, user)
        shown = await interactions.shortcut(self._world, user, body.callback_id, message)
        return web.json_response(shown)

    async def submit(self, request: web.Request) -> web.Response:
        """Submits the modal on top; `errors` by block if it is refused."""
        body = await read(request, Submit)
        user = self._user(body.user)
        view = self._view(request.match_info["id"], user)
        return web.json_response(await modals.submit(self._world, user, view, body.values))

    async def close(self, request: web.Request) -> web.Response:
        """Closes the modal on top."""
        body = await read(request, Close)
        user = self._user(body.user)
        view = self._view(request.match_info["id"], user)
        shown = await modals.close(self._world, user, view, everything=body.all)
        return web.json_response(shown)

    async def open_home(self, request: web.Request) -> web.Response:
        """Looks at the app's Home tab; the app hears of it."""
        user = self._user((await read(request, Body)).user)
        view = self._state.homes.get(user.id)
        shown = self._world.view_wire(view) if view else None
        self._world.feed.home_opened(user.id, shown)
        return web.json_response({"ok": True, "view": shown})


def _must_be_in(user: User, channel: Channel) -> None:
    """Raise what the page says to who cannot write in a channel."""
    if channel.is_archived:
        raise PersonError("is_archived", f"#{channel.name} is archived.")
    if user.id not in channel.members:
        raise PersonError("not_in_channel", f"{user.name} is not in #{channel.name}.")


class Door(NamedTuple):
    """A call of the person's API. `body` is what it is sent."""

    verb: str
    path: str
    run: Handler
    body: type[BaseModel] | None = None


DOORS = (
    Door("GET", "state", PersonApi.state),
    Door("GET", "events", PersonApi.events),
    Door("GET", "channels/{id}/messages", PersonApi.messages),
    Door("GET", "views", PersonApi.views),
    Door("GET", "home", PersonApi.home),
    Door("GET", "files/{id}", PersonApi.file),
    Door("GET", "calls", PersonApi.calls),
    Door("POST", "commands", PersonApi.command, Command),
    Door("POST", "messages", PersonApi.post, Post),
    Door("DELETE", "channels/{id}/messages/{ts}", PersonApi.delete, Body),
    Door("PUT", "channels/{id}/messages/{ts}", PersonApi.edit, Edit),
    Door("POST", "files", PersonApi.share, Upload),
    Door("POST", "channels", PersonApi.open_channel, Opening),
    Door("POST", "channels/{id}", PersonApi.use, Use),
    Door("POST", "actions", PersonApi.action, Action),
    Door("POST", "shortcuts", PersonApi.shortcut, Shortcut),
    Door("POST", "views/{id}/submit", PersonApi.submit, Submit),
    Door("POST", "views/{id}/close", PersonApi.close, Close),
    Door("POST", "home", PersonApi.open_home, Body),
    Door("POST", "people", PersonApi.stand, Standing),
    Door("POST", "groups", PersonApi.group, Grouping),
    Door("POST", "reactions", PersonApi.react, Reaction),
    Door("DELETE", "reactions", PersonApi.unreact, Reaction),
    Door("POST", "pins", PersonApi.pin, Item),
    Door("DELETE", "pins", PersonApi.unpin, Item),
    Door("GET", "system", PersonApi.system),
    Door("POST", "system/lines", PersonApi.type, Line),
    Door("POST", "system/presses", PersonApi.press, Press),
    Door("GET", "faults", PersonApi.faults),
    Door("PUT", "faults", PersonApi.put_faults, Faults),
    Door("DELETE", "faults", PersonApi.end_faults),
    Door("POST", "clock", PersonApi.clock, Advance),
)


def refusal(error: PersonError) -> Json:
    """What the person's API answers instead."""
    return {"ok": False, "error": error.error, "message": error.message}

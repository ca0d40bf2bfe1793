"""The person's side that changes the workspace itself: channels, people, what is stuck, faults.

Reads a request, has the world do it, says that it was done.
"""

from aiohttp import web

from .bodies import Advance, Grouping, Item, Line, Opening, Press, Reaction, Standing, Use, read
from .console import Console
from .errors import PersonError
from .faults import Faults
from .finding import Finder


class Setting(Finder):
    """The handlers that set the workspace up, and what goes wrong in it."""

    # --- channels and people -------------------------------------------------------------------

    async def open_channel(self, request: web.Request) -> web.Response:
        """Makes a channel, and invites `users` into it."""
        body = await read(request, Opening)
        user, others = self._user(body.user), [self._user(ref) for ref in body.users]
        if self._state.channel(body.name) is not None:
            raise PersonError("name_taken", f"There is a #{body.name} already.")
        channel = self._world.places.create(body.name, user.id, private=body.private)
        for other in others:
            self._world.places.join(channel, other.id, user.id)
        return web.json_response({"ok": True, "channel": channel.id})

    async def use(self, request: web.Request) -> web.Response:
        """Changes a channel: name, topic, archived, shared with whom, its id; or deletes it."""
        body = await read(request, Use)
        user, channel = self._user(body.user), self._channel(request.match_info["id"], body.user)
        if channel.is_im:
            raise PersonError("cant_change_dm", "A direct conversation has no name.")
        if body.name is not None and body.name != channel.name:
            if self._state.channel(body.name) is not None:
                raise PersonError("name_taken", f"There is a #{body.name} already.")
            self._world.places.rename(channel, body.name, user.id)
        if body.archived is not None:
            self._world.places.use(channel, user.id, archived=body.archived)
        for which in ("topic", "purpose"):
            if (text := getattr(body, which)) is not None:
                self._world.places.head(channel, user.id, which, text)
        if body.shared is not None:
            self._world.places.share(channel, body.shared)
        if body.renumbered:
            self._world.places.renumber(channel)
        if body.deleted:
            self._world.places.delete(channel)
        return web.json_response({"ok": True})

    async def stand(self, request: web.Request) -> web.Response:
        """Adds a person, or says what one is now: a guest, of another `team`, deactivated."""
        body = await read(request, Standing)
        user = self._world.stand(
            body.user, body.real_name, team=body.team, guest=body.guest, deleted=body.deleted
        )
        if body.tz is not None:
            user.tz = body.tz
        return web.json_response({"ok": True, "user": user.id})

    async def group(self, request: web.Request) -> web.Response:
        """Makes a user group, or says who is in one now."""
        body = await read(request, Grouping)
        users = list(dict.fromkeys(self._user(ref).id for ref in body.users))
        group = self._world.group(body.handle, body.name, users)
        return web.json_response({"ok": True, "group": group.id})

    # --- what is stuck to messages -------------------------------------------------------------

    async def react(self, request: web.Request) -> web.Response:
        """Adds a reaction."""
        body = await read(request, Reaction)
        user, channel = self._user(body.user), self._channel(body.channel, body.user)
        message = self._message(channel, body.ts, user)
        if not self._world.react(message, user.id, body.name.strip(":")):
            raise PersonError("already_reacted", "That reaction is there already.")
        return web.json_response({"ok": True})

    async def unreact(self, request: web.Request) -> web.Response:
        """Takes a reaction back."""
        body = await read(request, Reaction)
        user, channel = self._user(body.user), self._channel(body.channel, body.user)
        message = self._message(channel, body.ts, user)
        if not self._world.unreact(message, user.id, body.name.strip(":")):
            raise PersonError("no_reaction", "That reaction is not theirs to take back.")
        return web.json_response({"ok": True})

    async def pin(self, request: web.Request) -> web.Response:
        """Pins a message to its channel."""
        body = await read(request, Item)
        user, channel = self._user(body.user), self._channel(body.channel, body.user)
        message = self._message(channel, body.ts, user)
        if message.ephemeral_for or message.ts in channel.pins:
            raise PersonError("already_pinned", "That message cannot be pinned again, or at all.")
        self._world.places.pin(channel, message, user.id)
        return web.json_response({"ok": True})

    async def unpin(self, request: web.Request) -> web.Response:
        """Takes a pin back."""
        body = await read(request, Item)
        user, channel = self._user(body.user), self._channel(body.channel, body.user)
        if not self._world.places.unpin(channel, self._message(channel, body.ts, user), user.id):
            raise PersonError("no_pin", "That message is not pinned.")
        return web.json_response({"ok": True})

    # --- the system beside the workspace -------------------------------------------------------

    async def system(self, _: web.Request) -> web.Response:
        """The system that stands beside the workspace, and its terminal; or null."""
        console = self._world.console
        return web.json_response({"system": await console.shown() if console else None})

    async def type(self, request: web.Request) -> web.Response:
        """Types a command of that system's: how it ended, and what it printed."""
        body = await read(request, Line)
        user = self._user(body.user)
        console = self._console()
        if refusal := console.refusal(body.line):
            return web.json_response({"ok": False, "error": "not_allowed", "message": refusal})
        return web.json_response({"ok": True, **await console.type(user.id, body.line)})

    async def press(self, request: web.Request) -> web.Response:
        """Presses one of that system's buttons: the lines that it stood for, and their ends."""
        body = await read(request, Press)
        user = self._user(body.user)
        lines = await self._console().press(user.id, body.press)
        return web.json_response({"ok": True, "lines": lines})

    def _console(self) -> Console:
        if self._world.console is None:
            raise PersonError("no_system", "No system stands beside this workspace.", 404)
        return self._world.console

    # --- the workings --------------------------------------------------------------------------

    async def faults(self, _: web.Request) -> web.Response:
        """The faults in force."""
        return web.json_response(self._world.trouble.wire())

    async def put_faults(self, request: web.Request) -> web.Response:
        """Puts these faults in force, in place of all that were."""
        await self._set_faults(await read(request, Faults))
        return web.json_response({"ok": True, "faults": self._world.trouble.wire()})

    async def end_faults(self, _: web.Request) -> web.Response:
        """Ends all faults."""
        await self._set_faults(Faults())
        return web.json_response({"ok": True, "faults": self._world.trouble.wire()})

    async def _set_faults(self, faults: Faults) -> None:
        world = self._world
        # A socket is refreshed or cut once, now; it is no lasting state.
        world.trouble.put(faults.model_copy(update={"socket": None}))
        if faults.socket == "refresh":
            await world.sockets.refresh()
        elif faults.socket == "cut":
            world.sockets.cut()
        world.changes.tell({"type": "faults", "faults": world.trouble.wire()})

    async def clock(self, request: web.Request) -> web.Response:
        """Moves the clock forward: deadlines, limits and expiries follow."""
        body = await read(request, Advance)
        self._world.clock.advance(body.advance)
        return web.json_response({"ok": True, "time": self._world.clock.now()})

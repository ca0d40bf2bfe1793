"""The page of each procedure, for whoever follows the link of an alert: no run, nothing private."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bot.core.documents.listed import listed
from bot.core.documents.printing import printed, written
from bot.core.engine.starting import invalid_inputs
from bot.core.procedure import Loaded
from bot.ports.world import Library, Press

HERE = 64 * 1024
"""Up to how many characters of a file its page is written here, within some 20 ms."""
LISTED_HERE = 1_000
"""Up to how many procedures the list is."""
KEPT = 256
"""How many pages are kept, so that what is asked for again is at once there."""
WAITING = 16
"""How many may wait for that; the others are to ask again."""


class Busy(Exception):
    """Too many pages are being written; ask again."""


class Unfit(Exception):
    """A value that the procedure does not take; the message says which, and what it takes."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as text, and its tag: another tag, another page."""

    text: str
    tag: str


class Pages:
    """Writes the pages of a library's procedures, and keeps those that were asked for last."""

    def __init__(self, library: Library, press: Press) -> None:
        self._library, self._press = library, press
        self._kept: OrderedDict[tuple[str, str, str], Page] = OrderedDict()
        self._room = asyncio.Lock()
        self._waiting = 0

    async def page(self, procedure_id: str, face: str, values: Mapping[str, str]) -> Page | None:
        """The page of a procedure, with *values* put in, if there are any.

        None for what is not there and for what is private, which nobody can tell apart. Raises
        Unfit, Busy, or Unwritten.
        """
        loaded = self._library.get(procedure_id)
        if loaded is None or loaded.procedure.private:
            return None
        given = _fitting(loaded, values) if values else None
        work = partial(printed, face, loaded.procedure, given)
        key = (face, loaded.sha256, repr(sorted(values.items())))
        return await self._made(key, work, here=len(loaded.source) <= HERE)

    async def index(self, face: str, address: str) -> Page:
        """The list of all that are not private; *address* is that of the pages, with its slash.

        Raises Busy, or Unwritten.
        """
        shown = [one for one in self._library.all() if not one.procedure.private]
        edition = hashlib.sha256("".join(one.sha256 for one in shown).encode()).hexdigest()
        make = partial(listed, [one.procedure for one in shown], address)
        work = partial(written, face, make)
        return await self._made((face, edition, address), work, here=len(shown) <= LISTED_HERE)

    async def _made(self, key: tuple[str, str, str], work: partial[str], *, here: bool) -> Page:
        if (page := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return page
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._room:
                if (page := self._kept.get(key)) is None:
                    text = work() if here else await self._press(work)
                    page = Page(text, hashlib.sha256(text.encode()).hexdigest()[:32])
                    self._kept[key] = page
        finally:
            self._waiting -= 1
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return page


def _fitting(loaded: Loaded, values: Mapping[str, str]) -> Mapping[str, str]:
    known = loaded.procedure.inputs
    if strange := sorted(values.keys() - known.keys()):
        takes = f"it takes {', '.join(known)}" if known else "it takes none"
        raise Unfit(f"{loaded.procedure.id} has no value {strange[0]}: {takes}.")
    wrong = invalid_inputs(loaded.procedure, values)
    for name, trouble in wrong.items():
        if name in values:
            raise Unfit(f"{name} {trouble}.")
    return values

"""The messages of a timeline, found and named in Slack's text; their words notify nobody."""

from bot.core.mentions import MENTION
from bot.core.run.model import Run
from bot.core.run.pins import Pin
from bot.core.run.refusals import Refused
from bot.core.run.waits import moment
from bot.core.text import brief, counted, cut, mention, plain

_NAMES_SHOWN = 3
_NAME_SHOWN = 80
_LAST, _SAID = 3, 100
"""How many of them are named last, and how much each says there, in characters."""


BACK = "pin_back"
"""The verb of the button that takes one out of it."""


def pin_of(run: Run, entry: int) -> Pin:
    """The message that an entry put into the timeline; raises Refused."""
    pin = run.pins.get(entry)
    if pin is None:
        raise Refused(f"Nothing was changed: that message is not in the timeline of {run.id}.")
    return pin


def author(pin: Pin) -> str:
    """Who wrote it."""
    if pin.pinned.author is not None:
        return mention(pin.pinned.author)
    return brief(pin.pinned.app or "an app", _NAME_SHOWN)


def words(pin: Pin, limit: int) -> str:
    """What it says, in one line, and the names of its files; for where it notifies nobody."""
    return _said(pin, cut(" ".join(pin.text.split()), limit))


def last(run: Run) -> list[str]:
    """How many there are and what the last of them say, in a line; none where there is none.

    It stands in messages as well, so it names people by name: nobody need act on it.
    """
    pins = latest(run)
    shown = [f"{moment(run, one.at)} {_plainly(run, one)}" for one in pins[:_LAST]]
    head = f"📌 {counted(len(pins), 'message')} in the timeline, the last"
    return [f"{head}: {'; '.join(shown)}"] if shown else []


def _plainly(run: Run, pin: Pin) -> str:
    ids = (match[1] or match[2] for match in MENTION.finditer(pin.text))
    known = {person.id: person.name for person in run.responders if person.name}
    said = plain(pin.text, {one: known.get(one, "someone") for one in ids})
    whose = known.get(pin.pinned.author.id) if pin.pinned.author else pin.pinned.app
    words = _said(pin, brief(" ".join(said.split()), _SAID))
    return f"{brief(whose, _NAME_SHOWN)}: {words}" if whose else words


def _said(pin: Pin, text: str) -> str:
    told = [f"“{text}”"] if text else []
    told += [f"📎 {brief(name, _NAME_SHOWN)}" for name in pin.files[:_NAMES_SHOWN]]
    left = len(pin.files) - _NAMES_SHOWN
    return " ".join(told) + (f" and {left} more" if left > 0 else "")


def latest(run: Run) -> list[Pin]:
    """All of the run's, the latest first, by the times that they stand at."""
    return sorted(run.pins.values(), key=lambda one: (one.at, one.number), reverse=True)

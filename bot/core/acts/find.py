"""Values that a step finds: what it means that they are known from then on."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.acting.corrections import holders_named, then, told, users
from bot.core.acting.meaning import Meaning, all_stay, by_person
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import INPUTS, OPEN, STEP
from bot.core.acting.sentences import Around, given
from bot.core.acting.thread import Scene, said
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.states import State


def _found(run: Run, event: e.ValuesFound, at: datetime) -> Run:
    if event.round != run.steps[event.step].round:
        raise ValueError(f"{run.id}: {event.kind} of {event.step} is of another round")
    return told(run, event)


def _touches(run: Run | None, event: e.ValuesFound, number: int) -> Sequence[str]:
    """Whoever works with another value than the one that was found now must hear of it."""
    if run is None:
        return ()
    held = event.other and any(
        row.state is State.TAKEN and row.id != event.step for row in users(run, event.other)
    )
    return (f"notice/{number}",) if held else ()


def _notice(scene: Scene, event: e.ValuesFound) -> Picture:
    before = then(scene.run, scene.before)
    by = by_name(scene.run, event.by)
    lines = [f"🔎 {scene.run.id}: {by} found other values than before."]
    lines += holders_named(scene.run, before, event.values, event.by, but=event.step)
    return said("\n".join(lines))


def _sentence(around: Around, event: e.ValuesFound, it: Inline) -> Inline:
    return "found ", given(event.values, around.run.outline.texts), " in ", it


FOUND = Meaning(
    e.ValuesFound,
    sealed={**STEP, "values": INPUTS, "other": OPEN},
    changes=_found,
    # The step that found them is done by the next entry, which matters by itself.
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=False,
)

"""Rules over a skeleton for post-mortems: each slot is known, alone on its line, and there once."""

from collections.abc import Iterator

from bot.core.documents.postmortem.skeleton import SLOTS, Skeleton, Slot, read
from bot.core.lint.problem import Problem, ordered
from bot.core.procedure.search import nearest


def examine_skeleton(text: str, path: str) -> tuple[Skeleton | None, tuple[Problem, ...]]:
    """A skeleton and what is wrong with it; None for one that cannot be used."""
    skeleton = read(text)
    found = ordered([*_slots(skeleton, path), *_headings(text, path)])
    wrong = any(one.severity == "error" for one in found)
    return None if wrong else skeleton, found


def _slots(skeleton: Skeleton, path: str) -> Iterator[Problem]:
    first: dict[str, Slot] = {}
    for slot in skeleton.slots:
        at = (path, slot.line, slot.col)
        if slot.name not in SLOTS:
            meant = nearest(SLOTS, slot.name)
            write = f"{{{{ {meant[0]} }}}}" if meant else r"one of the slots, or \{{ for braces"
            yield Problem(*at, "error", f"there is no slot {slot.name or 'without a name'}", write)
        elif not slot.alone:
            yield Problem(*at, "error", "a slot stands on a line of its own", "it on its own line")
        elif slot.name in first:
            message = f"{slot.name} is here twice: first in line {first[slot.name].line}"
            yield Problem(*at, "error", message, "each slot once")
        else:
            first[slot.name] = slot
    if missing := [name for name in SLOTS if name not in first]:
        message = f"the document will lack {', '.join(missing)}"
        yield Problem(path, 1, 1, "warning", message, f"{{{{ {missing[0]} }}}} where it belongs")


def _headings(text: str, path: str) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("# "):
            message = "the bot writes the title, which names the run"
            yield Problem(path, number, 1, "warning", message, f"#{line}"[:80])
            return

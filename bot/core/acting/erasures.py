"""What erasures are called, wherever they are told of: on the board, in the thread, in a form."""

from collections.abc import Sequence

from bot.core.acting.naming import by_name
from bot.core.run.erased import Erased, ErasureNoted
from bot.core.run.model import Run
from bot.core.text import counted

FIRST = 1
"""The number of the entry that has the inputs."""
ENTRY = "erase_entry"
"""The verb of a button that erases one entry; its value is the run and the entry's number."""


def what(event: Erased | ErasureNoted) -> str:
    """What goes, in words; empty for nothing."""
    if isinstance(event, ErasureNoted) and event.everything:
        return "all that people wrote, and who they are"
    parts = []
    if event.entries:
        only = len(event.entries) == 1
        parts.append(f"the words of {'entry' if only else 'entries'} {numbers(event.entries)}")
    if event.people:
        parts.append(counted(len(event.people), "person", "people"))
    return " and ".join(parts)


def numbers(seqs: Sequence[int]) -> str:
    """Numbers as people read them: `3, 5 to 9, 12`."""
    runs: list[list[int]] = []
    for seq in sorted(seqs):
        if runs and seq == runs[-1][1] + 1:
            runs[-1][1] = seq
        else:
            runs.append([seq, seq])
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in runs)


def asker(run: Run, event: Erased | ErasureNoted) -> str:
    """Who asked for it, by name."""
    return "an operator" if event.by is None else by_name(run, event.by)


def ends(noted: ErasureNoted) -> bool:
    """Whether a run goes without people or inputs after it, so that it cannot be reopened."""
    return noted.everything or bool(noted.people) or FIRST in noted.entries


def promised(run: Run) -> Sequence[str]:
    """What is to be erased once an open run is closed, a line for each who asked."""
    return [
        f"🧹 {asker(run, noted)} asked to erase {what(noted)}: done when {run.id} is closed"
        + ("; it cannot be reopened then." if ends(noted) else ".")
        for noted in run.to_erase.values()
    ]

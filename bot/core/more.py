"""The acts that a board's menu has no room for: one form, drawn from one table.

Slack's menus hold five lines. Whatever else can be done with a run is a row of `ACTS`: what it is
called, what it does, the verb of its button, and when it can be done.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.blocks import Block, button, section
from bot.core.run import Run


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with a run; `verb` is read back by `bot.core.clicks`."""

    label: str
    does: str
    verb: str
    when: Callable[[Run], bool]


def _open(run: Run) -> bool:
    return run.closed is None


def _closed(run: Run) -> bool:
    return run.closed is not None


def _always(run: Run) -> bool:
    return True


def _has_inputs(run: Run) -> bool:
    return _open(run) and bool(run.procedure.inputs)


ACTS = (
    Act("Inputs and people", "How the run was started, and who is on what.", "about", _always),
    Act("Add a note…", "Written down with your name.", "note", _open),
    Act(
        "Undo…",
        "A step, or a confirmation, is open again; your system stays as it is.",
        "undo_ask",
        _open,
    ),
    Act(
        "Start again with other values…",
        "A new run with the values you give; this one is closed, and each links to the other.",
        "again",
        _has_inputs,
    ),
    Act(
        "Started by mistake…",
        "A wrong procedure, a wrong value, a false alarm: closes the run with one reason.",
        "mistake",
        _open,
    ),
    Act(
        "Close…", "Ends the run, once its verification has passed or with reasons.", "close", _open
    ),
    Act("Reopen…", "The run goes on; its verification starts over.", "reopen", _closed),
    Act("Show all steps", "Everything the procedure says, with all notes.", "show", _always),
)
"""Every act on a run that opens a form, in the order in which they are listed."""


def acts(run: Run) -> list[Block]:
    """A row for each act that can be done with *run* now."""
    return [
        section(
            f"*{act.label}*\n{act.does}",
            block_id=act.verb,
            accessory=button(act.label, act.verb, f"{run.id}/"),
        )
        for act in ACTS
        if act.when(run)
    ]

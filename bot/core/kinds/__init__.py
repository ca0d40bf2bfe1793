"""How each kind of step that people take behaves in a run.

A new kind is a module here with its `KIND`, and a line below. What a file may say of it stands in
`bot.core.procedure.kinds`.
"""

from collections.abc import Sequence
from typing import Any, assert_never

from bot.core.kinds import approve, decide, task, wait
from bot.core.kinds.controls import DONE, DONE_WITH, Control
from bot.core.kinds.kind import Kind
from bot.core.procedure import Approve, Decide, Leaf, Task, Wait
from bot.core.run.outline import Row
from bot.core.run.states import State


def kind_of(step: Leaf) -> Kind[Any]:
    """How a step of this kind behaves."""
    match step:
        case Task():
            return task.KIND
        case Wait():
            return wait.KIND
        case Decide():
            return decide.KIND
        case Approve():
            return approve.KIND
        case _:
            assert_never(step)


def ends_now(row: Row) -> Sequence[Control]:
    """What ends a step that someone is on; none says that it is done while it lacks a value."""
    if row.state is not State.TAKEN:
        return ()
    ends = kind_of(row.leaf).ends(row.leaf)
    return [one for one in ends if not row.lacks or one not in (DONE, DONE_WITH)]

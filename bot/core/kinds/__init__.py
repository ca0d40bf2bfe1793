"""How each kind of step that people take behaves in a run.

A new kind is a module here with its `KIND`, and a line below. What a file may say of it stands in
`bot.core.procedure.kinds`.
"""

from typing import Any, assert_never

from bot.core.kinds import approve, decide, task, wait
from bot.core.kinds.kind import Kind
from bot.core.procedure import Approve, Decide, Leaf, Task, Wait


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

"""What can be pressed at a step, as plain data: views draw it as buttons, or as lines of a menu.

Each stands with its act, but for those that others speak of as well: what ends a step depends on
its kind, and what comes of its check is told with buttons.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Control:
    """Something that can be done with a step: its act says what a click with `verb` means.

    `says` is what a screen reader says of its button; the step's number is put into it.
    """

    label: str
    verb: str
    says: str


DONE = Control("Done", "done", "Mark step {} done")
DONE_WITH = Control("Done…", "done_ask", "Mark step {} done")
"""The same where the step asks for something, in a form."""
FAILED = Control("Failed…", "fail", "Mark step {} failed")
CHECK_AGAIN = Control("Check again", "check", "Check step {} again")
UNDO = Control("Undo (record only)", "undo", "Undo step {}")

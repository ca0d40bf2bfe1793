"""What can be pressed at a step, as plain data: views draw it as buttons, or as lines of a menu."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Control:
    """Something that can be done with a step: `verb` is read back by `bot.core.clicks`.

    `says` is what a screen reader says of its button; the step's number is put into it.
    """

    label: str
    verb: str
    says: str


DONE = Control("Done", "done", "Mark step {} done")
FAILED = Control("Failed…", "fail", "Mark step {} failed")
SKIP = Control("Skip…", "skip", "Skip step {}")
NOTE = Control("Note…", "note", "Add a note to step {}")
CHECK_AGAIN = Control("Check again", "check", "Check step {} again")
HAND_OVER = Control("Hand over…", "hand_over", "Hand over step {}")
TAKE_OVER = Control("Take over", "take_over", "Take over step {}")
GIVE_BACK = Control("Give back", "give_back", "Give back step {}")
UNDO = Control("Undo (record only)", "undo", "Undo step {}")
SHOW = Control("Show in full", "show", "Show step {} in full")

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
LOOK_AGAIN = Control("Look again", CHECK_AGAIN.verb, "Look again for step {}")
"""The same at a wait that gave up: the bot looks again and again from then on."""
UNDO = Control("Undo (record only)", "undo", "Undo step {}")

ASK_APPROVAL = Control("Ask for approval", "approval_ask", "Ask for approval of step {}")
CANCEL_APPROVAL = Control("Take the request back", "approval_cancel", "Take back the request of {}")
APPROVE = Control("Approve", "approve", "Approve step {}")
DECLINE = Control("Decline…", "decline", "Decline step {}")
SHOW_REQUEST = Control("Show all", "request", "Show all that the approval of step {} covers")
TAKE_VOTE_BACK = Control("Take my vote back", "vote_back", "Take my vote on step {} back")
"""What can be pressed about an approval, on the board and at the request in the thread."""

"""What every decision is made with: a refusal, words that fit, a look that is asked for."""

from bot.core.invisible import seen
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.proof import LAST_LOOK

WORDS_LIMIT = 2_000
"""The longest reason, note or account that one fact holds, in characters."""


class Refused(Exception):
    """The person asked for what cannot be; the message tells them what they can do.

    *field* is the one of a form that is to blame, where it is one alone.
    """

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


def worded(text: str, what: str) -> str:
    """The words of a person, which must be some and not too many; raises Refused."""
    text = seen(text).strip()
    if not text:
        raise Refused(f"Nothing was recorded: {what} is empty. Write a few words.")
    if len(text) > WORDS_LIMIT:
        raise Refused(
            f"Nothing was recorded: {what} has {len(text):,} characters, and {WORDS_LIMIT:,} fit. "
            "Shorten it, or put the rest into the thread."
        )
    return text


def is_mine(person: e.Person | None, by: e.Person) -> bool:
    """Whether what *person* did is what *by* asks for."""
    return person is not None and person.id == by.id


def request(
    run: Run,
    ahead: int,
    check: str,
    by: e.Person,
    *,
    batch: str | None = None,
    once: bool = False,
) -> e.CheckRequested:
    """A request that will be the *ahead*th fact from now; its number makes its id unique."""
    return e.CheckRequested(
        request=f"{LAST_LOOK if once else 'c'}{run.seq + ahead}",
        check=check,
        step=None,
        batch=batch,
        wait=False,
        **({"once": True} if once else {}),
        by=by,
    )


def request_for(
    step: str, run: Run, ahead: int, check: str, by: e.Person, *, wait: bool
) -> e.CheckRequested:
    """The same for a *step*; *wait* asks for looks until the check passes."""
    number = f"c{run.seq + ahead}"
    return e.CheckRequested(request=number, check=check, step=step, batch=None, wait=wait, by=by)

"""Checks that failed, and what is waited for."""

from collections.abc import Iterator

from bot.core.acting.catchup.answer import Answer, check_title, flat, name_of, one_line
from bot.core.run.expected import unmet
from bot.core.run.model import Run, State
from bot.core.run.outline import Row
from bot.core.run.polling import gives_up
from bot.core.run.proof import Verdict
from bot.core.run.timing import waits_until
from bot.core.run.waits import WORDS_SHOWN, moment
from bot.core.text import briefly, counted, escape


def red(run: Run) -> Answer:
    """The checks that failed, of the verification and of steps."""
    found: dict[str, str] = {}
    for item in run.verification():
        if item.check is not None and item.green is False and item.at is not None:
            group = f"{flat(item.group)}: " if item.group else ""
            why = briefly(item.why, WORDS_SHOWN)
            found[item.check] = f"{group}{flat(item.title)} ({why}, {moment(run, item.at)})"
    for row in run.outline.rows:
        seen = row.verdict
        # What is waited for has not failed; how far it is, is told with the wait.
        if row.check is None or row.check in found or seen is None or seen.green or row.wait:
            continue
        found[row.check] = f"{check_title(run, row.check)} ({_seen(run, seen)})"
    head = f"🔴 {counted(len(found), 'check')} failed"
    return one_line(head, list(found.values()), "No check stands failed.")


def _seen(run: Run, seen: Verdict) -> str:
    return f"{briefly(unmet(seen.observed, run.procedure), WORDS_SHOWN)}, {moment(run, seen.at)}"


def waits(run: Run) -> Answer:
    """The steps, checks and lines for which somebody, or something, is awaited."""
    nothing = "Nothing is being waited for."
    if run.closed is not None:
        return nothing, False
    things = [told for row in run.outline.rows for told in _awaits(run, row)]
    things += [
        f"the bot is checking “{check_title(run, name)}”"
        for name in dict.fromkeys(look.check for look in run.pending.values() if not look.wait)
    ]
    if run.outline.waits_for_a_person:
        confirms = run.outline.verification.confirms
        left = [flat(item.title) for item in confirms if not item.green]
        things += [f"“{line}” waits for a person to confirm it" for line in left]
    return one_line("Waiting", things, nothing)


def _awaits(run: Run, row: Row) -> Iterator[str]:
    """What a step waits for, if it waits for anything but its turn."""
    if row.state is State.TAKEN:
        yield from _wait(run, row)
    elif row.asked is not None and row.asked.waits and not row.finished:
        until = f" until {moment(run, row.asked.until)}" if row.asked.until else ""
        yield f"{name_of(row)} waits for approval{until}"
    elif row.awaited is not None and not row.behind and row.id not in run.outline.need.stuck:
        # What only an answer or a failure opens waits for nothing that anybody has to bring.
        yield f"{name_of(row)} waits for {escape(row.awaited)}"


def _wait(run: Run, row: Row) -> Iterator[str]:
    if (end := waits_until(row.leaf, row.step)) is not None:
        yield f"{name_of(row)} until {moment(run, end)}"
    elif (look := row.wait) is not None:
        far = f"{_seen(run, row.verdict)}; " if row.verdict and not row.verdict.green else ""
        ends = f"{far}the bot gives up {moment(run, gives_up(run, look))}"
        yield f"{name_of(row)} until “{check_title(run, look.check)}” passes ({ends})"

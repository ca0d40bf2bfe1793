"""Asking whether the system has recovered: every check of the verification is looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Asking, OnRun, does_to_run, while_open
from bot.core.acting.inwords import InWords, does_to_run_in_words
from bot.core.acting.meaning import Meaning, all_stay, by_person, unchanged
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import ASKED
from bot.core.acting.sentences import Around
from bot.core.acting.thread import REASON_SHOWN, check_name, last_look
from bot.core.blockkit.blocks import Block, section, sections, size
from bot.core.blockkit.picture import BUDGET, Picture
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.closing import requests
from bot.core.run.expected import NOTE, amiss, is_so, of_status, on_board, tolerated
from bot.core.run.model import Run
from bot.core.run.refusals import Refused
from bot.core.run.waits import WORDS_SHOWN, progress
from bot.core.text import brief, briefly


@dataclass(frozen=True, slots=True)
class Verify:
    """Look at every check of the verification."""

    by: e.Person


def _rule(run: Run, command: Verify, at: datetime) -> Sequence[e.Event]:
    asked = requests(run, command.by, f"v{run.seq + 1}")
    if not asked:
        raise Refused("This procedure has no automatic checks. Confirm each line on the board.")
    return (e.VerificationRequested(by=command.by), *asked)


def _has_checks(run: Run) -> bool:
    return while_open(run) and bool(run.outline.verification.checks)


ON_RUN = OnRun("Verify now", "", "verify", _has_checks)

VERIFY = Act(
    Verify,
    rule=_rule,
    when_closed=False,
    needs=None,
    asking=Asking(
        verbs={ON_RUN.verb: does_to_run(Verify)},
        questions=[],
        lines=[ON_RUN],
        words=[
            InWords(
                said=("verify", "verify now", "run checks", "run the checks", "check everything"),
                after="",
                runs="open",
                step=None,
                lacking="",
                means=does_to_run_in_words(Verify),
                control=None,
                told="Every check is run now; the thread shows what comes of it.",
            )
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _touches(run: Run | None, event: e.VerificationRequested, number: int) -> Sequence[str]:
    return (f"verify/v{number}",)


def _sentence(around: Around, event: e.VerificationRequested, it: Inline) -> Inline:
    return "asked for verification"


def _message(run: Run, facts: Sequence[e.Fact], batch: str) -> Picture:
    """The one message of a verification: each check, each expectation, what was seen."""
    asked = [
        f.event for f in facts if isinstance(f.event, e.CheckRequested) and f.event.batch == batch
    ]
    looks: Mapping[str, e.CheckObserved | None] = {
        request.request: last_look(facts, request.request) for request in asked
    }
    green = sum(1 for look in looks.values() if look and look.green)
    waiting = [r for r in asked if r.request in run.pending]
    red = any(look and not look.green for look in looks.values())
    # What the end of the run cut short has failed in nothing.
    sign = "⏳" if waiting else "🟢" if green == len(asked) else "🔴" if red else "◽"
    by = by_name(run, asked[0].by)
    passed = f"{green} of {len(asked)} checks passed"
    head = f"{sign} {run.id}: verification requested by {by}: {passed}"
    well = [r for r in asked if (look := looks[r.request]) and look.green]
    others = [r for r in asked if r not in well]
    blocks: list[Block] = []
    for shown in (_SHOWN, 2, 1, 0):
        lines = [line for r in others for line in _evidence(run, r, looks[r.request], shown)]
        if well:
            lines.append("🟢 " + " · ".join(_well(run, r, looks[r.request]) for r in well))
        blocks = [section(head), *sections(lines)]
        if size(blocks) <= BUDGET:
            break
    return Picture(head, blocks)


def _well(run: Run, request: e.CheckRequested, look: e.CheckObserved | None) -> str:
    """The name of a check that passed, and what it let pass."""
    but = on_board(tolerated(look, run.procedure)) if look else ""
    name = check_name(run, request.check)
    return f"{name} ({briefly(but, WORDS_SHOWN)})" if but else name


_SHOWN = 6
"""How many expectations of a check are listed; those that did not hold come first."""


def _evidence(
    run: Run, request: e.CheckRequested, look: e.CheckObserved | None, shown: int
) -> list[str]:
    name = check_name(run, request.check)
    if look is None:
        going = request.request in run.pending
        return [f"{'⏳' if going else '◽'} {name} · {'checking' if going else 'not checked'}"]
    still = " · checking again" if request.request in run.pending else ""
    ended = f" · {brief(look.reason, WORDS_SHOWN)}" if look.reason else ""
    advance = look.advance
    bar = f" · {progress(run, request.check, advance)}" if advance else ""
    lines = [f"🔴 *{name}*{ended}{bar}{still}"]
    check = run.procedure.checks.get(request.check)
    listed = [s for s in look.seen if not (s.held and of_status(s.expectation))]
    for seen in sorted(listed, key=lambda one: one.held)[:shown]:
        where = f"{brief(seen.member, WORDS_SHOWN)}: " if seen.member else ""
        told = on_board(is_so(seen.expectation, check) if seen.held else amiss(seen, check))
        if seen.expectation == NOTE:
            told = f"the target notes: {seen.seen}"
        sign = "ℹ️" if seen.expectation == NOTE else "✓" if seen.held else "✗"
        lines.append(f"{sign} {where}{briefly(told, REASON_SHOWN)}")
    if shown and len(listed) > shown:
        lines.append(f"… {len(listed) - shown} more in the post-mortem")
    return ["\n".join(lines)]


REQUESTED = Meaning(
    e.VerificationRequested,
    sealed=ASKED,
    changes=unchanged,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={"verify": _message},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=True,
)

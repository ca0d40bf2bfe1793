"""Secrets that people paste: found in what they wrote, masked, and told to the one who wrote it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.erasures import ENTRY, FIRST
from bot.core.acting.meaning import Meaning, all_stay, by_the_bot
from bot.core.acting.messages import PASTED
from bot.core.acting.sealed import OPEN, OWN, PERSON
from bot.core.acting.sentences import Around
from bot.core.acting.thread import offering, said
from bot.core.blockkit.blocks import button
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline, Words
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.text import counted, escape


@dataclass(frozen=True, slots=True)
class TellSecrets:
    """Say that an entry's words hold secrets, or, without any, that they were looked through."""

    event: e.SecretsFound


def _rule(run: Run, command: TellSecrets, at: datetime) -> Sequence[e.Event]:
    """Say it once."""
    event = command.event
    return () if not event.secrets or event.entry in run.secrets else (event,)


TELL = Act(TellSecrets, rule=_rule, when_closed=True, needs=None, asking=None)


# What it makes. ---------------------------------------------------------------------------------


def _found(run: Run, event: e.SecretsFound, at: datetime) -> Run:
    places = (one.where.partition("/") for one in event.secrets)
    inputs = {
        name
        for field, _, name in places
        # What it says of a value that was corrected since is not the value any more.
        if field in ("inputs", "values") and run.given.get(name, FIRST) == event.entry
    }
    return replace(
        run,
        secrets={**run.secrets, event.entry: run.seq + 1},
        hidden=run.hidden | inputs,
    )


def _touches(run: Run | None, event: e.SecretsFound, number: int) -> Sequence[str]:
    return (f"{PASTED}{number}", *event.messages)


def kinds(event: e.SecretsFound) -> str:
    """What was found, in words: `AWS key, Slack token`."""
    return ", ".join(dict.fromkeys(one.what for one in event.secrets))


def _sentence(around: Around, event: e.SecretsFound, it: Inline) -> Inline:
    many = counted(len(event.secrets), "secret", "secrets")
    return f"found {many} in entry {event.entry}, masked since (", Words(kinds(event)), ")"


# The message to the one who wrote it. -----------------------------------------------------------

_WROTE: Mapping[type, str] = {
    e.RunStarted: "the values that the run was started with",
    e.ValuesFound: "the values that you found",
    e.ValueCorrected: "the value that you corrected",
    e.InputCorrected: "the input that you corrected",
    e.StepTaken: "what you typed to confirm",
    e.StepSkipped: "your reason for skipping a step",
    e.StepFailed: "what you wrote about a failed step",
    e.EvidenceGiven: "the evidence that you gave",
    e.ApprovalRequested: "the commands that you asked others to approve",
    e.ApprovalVoted: "your reason for declining",
    e.NoteAdded: "your note",
    e.UpdateSent: "your update to stakeholders",
    e.RecoveryConfirmed: "what you wrote with a confirmation",
    e.ClosingRequested: "your reasons for closing the run",
    e.RunClosed: "your reasons for closing the run",
    e.RunReopened: "your reason for reopening the run",
}


def _draw(run: Run, facts: Sequence[e.Fact], which: str) -> Picture:
    """What was found, without it, and what to do; once it is erased, that it is."""
    event = facts[int(which) - 1].event
    if not isinstance(event, e.SecretsFound):
        raise TypeError(f"entry {which} of {run.id} tells of no secret")
    many = len(event.secrets)
    what = f"{'a secret' if many == 1 else f'{many} secrets'} ({escape(kinds(event))})"
    where = f"entry {event.entry} of {run.id}" + (f", in <#{run.channel}>" if run.channel else "")
    if any(isinstance(f.event, e.Erased) and event.entry in f.event.entries for f in facts):
        return said(
            f"✅ *Erased:* the words of {where}, which held {what}. If you have not revoked "
            f"{_it(many)} yet, do it now: others may have read {_it(many)}."
        )
    wrote = _WROTE.get(type(facts[event.entry - 1].event), "what you wrote")
    return offering(
        f"🔑 *You pasted {what}:* {wrote}, {where}. The record keeps it, and everyone "
        "reads ●●●●● in its place, on the board and in every document from now on.\n"
        f"*1.* Revoke {_it(many)} now: others may have read {_it(many)}.\n"
        f"*2.* {_how(facts[event.entry - 1].event)}\n"
        "*Not reached by the bot:* what you typed in Slack yourself (delete it there), "
        "notifications that were sent, and post-mortems that were made before.",
        button("Erase it", ENTRY, f"{run.id}/{event.entry}", style="danger"),
    )


def _it(many: int) -> str:
    return "it" if many == 1 else "them"


def _how(event: e.Event) -> str:
    """How it goes out of the record; of what runs work with, that it waits."""
    if isinstance(event, e.RunStarted | e.ValuesFound | e.ValueCorrected | e.InputCorrected):
        return (
            "Press *Erase it*: a run works with its values, so they go out of the record once it "
            "is closed, for good."
        )
    return "Press *Erase it*: your words go out of the record, for good."


FOUND = Meaning(
    e.SecretsFound,
    sealed={**OWN, "entry": OPEN, "secrets": OPEN, "whom": PERSON, "messages": OPEN},
    changes=_found,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={PASTED.removesuffix("/"): _draw},
    sentence=_sentence,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)

"""Vouching for a line of the verification that no check can answer, and taking that back."""

from dataclasses import replace
from datetime import datetime

from bot.core import events as e
from bot.core.acting.meaning import (
    Matters,
    Meaning,
    all_stay,
    always,
    by_person,
    no_message,
)
from bot.core.acting.sentences import Around, item_title
from bot.core.documents.model import Inline
from bot.core.proof import Vouched
from bot.core.run import Run
from bot.core.text import mention


def _confirmed(run: Run, event: e.RecoveryConfirmed, at: datetime) -> Run:
    vouched = Vouched(event.by, at, event.words)
    return replace(run, proof=run.proof.vouched(event.item, vouched))


def _withdrawn(run: Run, event: e.ConfirmationWithdrawn, at: datetime) -> Run:
    return replace(run, proof=run.proof.withdrawn(event.item))


def _between(run: Run, event: e.ConfirmationWithdrawn) -> str:
    return f"{mention(event.by)} took a confirmation back"


def _of_confirmation(around: Around, event: e.RecoveryConfirmed, it: Inline) -> Inline:
    words = (": ", around.names.words(event.words)) if event.words else ""
    return "confirmed “", item_title(around.run, event.item), "”", words


def _of_withdrawal(around: Around, event: e.ConfirmationWithdrawn, it: Inline) -> Inline:
    return "took back the confirmation of “", item_title(around.run, event.item), "”"


CONFIRMED = Meaning(
    e.RecoveryConfirmed,
    changes=_confirmed,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_confirmation,
    who=by_person,
    account=None,
    brings_looks=False,
)

WITHDRAWN = Meaning(
    e.ConfirmationWithdrawn,
    changes=_withdrawn,
    # What checks showed is as true as before.
    matters=Matters(always, ages=False, between=_between),
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_withdrawal,
    who=by_person,
    account=None,
    brings_looks=False,
)

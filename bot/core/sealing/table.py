"""What of each kind of fact is sealed. There is no default: each field of each is said here."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeGuard

from bot.core import events as e


class How(Enum):
    """How a field is stored.

    OPEN: in the body, for good. PERSON: as a token. The rest goes under the entry's commitment:
    WORDS that somebody wrote or typed, INPUTS of the run, what was SEEN in an answer (a text, or
    the values of a mapping), and FIGURES seen, which leave nothing in their place when they go.
    """

    OPEN = "open"
    PERSON = "person"
    WORDS = "words"
    INPUTS = "inputs"
    SEEN = "seen"
    FIGURES = "figures"


OPEN, PERSON, WORDS, INPUTS, SEEN, FIGURES = How

Fields = Mapping[str, "How | Fields"]
"""A field's name -> how it is stored; for a list of records, how each field of one is."""

_STEP: Fields = {"kind": OPEN, "v": OPEN, "step": OPEN, "by": PERSON}
_ASKED: Fields = {"kind": OPEN, "v": OPEN, "by": PERSON}
_OWN: Fields = {"kind": OPEN, "v": OPEN}

SEALED: Mapping[type[e.Event], Fields] = {
    e.RunStarted: {
        **_ASKED,
        "procedure": OPEN,
        "source": OPEN,
        "source_sha256": OPEN,
        "inputs": INPUTS,
        "channel": OPEN,
        "team": OPEN,
        "instead_of": OPEN,
        "instead_at": OPEN,
    },
    e.StepTaken: {**_STEP, "confirmed": WORDS},
    e.StepDone: {**_STEP, "on_check": OPEN},
    e.StepSkipped: {**_STEP, "reason": WORDS},
    e.StepFailed: {**_STEP, "what": WORDS},
    e.StepGivenBack: _STEP,
    e.StepHandedOver: {**_STEP, "to": PERSON, "was": PERSON},
    e.StepReturned: {**_STEP, "to": PERSON, "whom": PERSON, "why": OPEN},
    e.StepUndone: _STEP,
    e.NoteAdded: {**_STEP, "text": WORDS, "shared": OPEN},
    e.VerificationRequested: _ASKED,
    e.CheckRequested: {
        **_STEP,
        "request": OPEN,
        "check": OPEN,
        "batch": OPEN,
        "wait": OPEN,
        "once": OPEN,
    },
    e.CheckObserved: {
        **_OWN,
        "request": OPEN,
        "check": OPEN,
        "green": OPEN,
        "final": OPEN,
        "reason": SEEN,
        "seen": {"expectation": SEEN, "member": SEEN, "held": OPEN, "seen": SEEN},
        "advance": FIGURES,
    },
    e.RecoveryConfirmed: {**_ASKED, "item": OPEN, "words": WORDS},
    e.ConfirmationWithdrawn: {**_ASKED, "item": OPEN},
    e.ExportRequested: _ASKED,
    e.ClosingRequested: {**_ASKED, "reasons": WORDS},
    e.RunKeptOpen: {**_ASKED, "lacking": SEEN, "after": OPEN},
    e.RunClosed: {
        **_ASKED,
        "reasons": WORDS,
        "mistake": WORDS,
        "again": OPEN,
        "again_at": OPEN,
    },
    e.RunReopened: {**_ASKED, "reason": WORDS},
    e.TimerFired: {**_OWN, "timer": OPEN, "due": OPEN},
    e.BoardReplaced: {
        **_OWN,
        "board": OPEN,
        "why": OPEN,
        "entry": OPEN,
        "head": OPEN,
        "broken": OPEN,
    },
    e.PostingRefused: {**_OWN, "message": OPEN, "error": OPEN},
    e.PostingResumed: {**_OWN, "message": OPEN},
}

BY_KIND: Mapping[str, Fields] = {
    kind.model_fields["kind"].default: fields for kind, fields in SEALED.items()
}
"""The same, by the name that is stored."""


def is_under_commitment(how: "How | Fields") -> TypeGuard[How]:
    """Whether a field's values go under the entry's commitment."""
    return how in (WORDS, INPUTS, SEEN, FIGURES)

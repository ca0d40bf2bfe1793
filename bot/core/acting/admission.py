"""Who may act where: by what Slack shows them, by when it did, and by what is known of them.

A click on a message is made by someone who sees it. A form is older than its sending, so it
carries a sighting: when and where it was opened, sealed by the bot. What is newest decides: the
sighting, a departure that Slack told of, or the answer to which channels someone is in.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

GOOD_FOR = 30 * 60.0
"""Seconds after which a form that was opened proves nothing any more."""
FRESH = 60 * 60.0
"""Seconds after which what is known of someone is too old to decide by."""
GUEST = "guest"
"""The channel that only guests are in, and no channel of Slack's is called: who is in it is one."""
EVERYONE = "everyone"
"""Who is in each public channel that the bot is or was in, and nobody of Slack's is called so."""
METADATA_LIMIT = 3_000
"""Slack's limit for what a form carries, in characters."""

_PROOF = ("at", "seen", "seal")
"""The keys of a form's metadata that are the sighting."""

Kind = Literal["", "bot", "deactivated", "nobody"]
CannotTake = Literal["bot", "deactivated", "nobody", "outside", "external"]
"""Why someone cannot have a step."""

CANNOT_TAKE: Mapping[CannotTake, str] = {
    "bot": "{} is an app, and apps take no steps",
    "deactivated": "{} has no active account here",
    "nobody": "{} is not known in this workspace",
    "outside": "{} is not in this channel",
    "external": "{} belongs to another organization, and may not act here",
}
"""Why, in words about that person."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Someone saw `channel` at `at`, in seconds since 1970."""

    at: float
    channel: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What Slack says of someone; what it did not say is None.

    `channels` are the private ones that they share with the bot; of a guest the public ones that
    they are in as well, and `GUEST`. `public` are, of the bot itself, the public ones it is in.
    """

    kind: Kind = ""
    team: str | None = None
    enterprise: str | None = None
    channels: frozenset[str] | None = None
    public: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of someone and a channel; times are in seconds since 1970.

    `asked` is when Slack was asked for their private channels, None when it never was. `inside`
    says whether they are in the channel, as of `since`; None when nothing says so. `private` is
    whether the channel is a private one, None when that is not known: where the bot never was, and
    where it is no more, unless everyone could read it then. `was` says that they were in it when
    that could be learned last, and that it cannot be any more. `told` says whether Slack ever said
    who they are, `guest` whether they are a guest.
    """

    now: float
    asked: float | None = None
    inside: bool | None = None
    since: float = 0.0
    private: bool | None = None
    kind: Kind = ""
    team: str | None = None
    enterprise: str | None = None
    told: bool = False
    guest: bool = False
    was: bool = False

    @property
    def fresh(self) -> bool:
        """Whether Slack was asked lately; a time ahead of now is some other clock's."""
        return self.asked is not None and abs(self.now - self.asked) <= FRESH

    def absent_since(self) -> float | None:
        """As of when they are known not to be in the channel, if they are."""
        if self.inside is not None:
            return None if self.inside else self.since
        return self.asked if self.private and self.fresh else None


def admits(sighting: Sighting | None, channel: str, known: Known) -> bool:
    """Whether someone may act in *channel* by a form that was opened as *sighting* says."""
    gone = known.absent_since()
    if sighting is not None and sighting.channel == channel:
        young = sighting.at >= known.now - GOOD_FOR
        if young and (gone is None or gone < sighting.at):
            return True
    if gone is not None:
        return False
    everyones = known.private is False and not known.guest
    # Of a channel that the bot was put out of, nobody tells who is in it: who was, goes on.
    return everyones or known.was or (known.inside is True and known.fresh)


def sees(channel: str, known: Known) -> bool:
    """Whether someone is known to see a channel, who asks elsewhere: alone, or at home.

    A guest sees only channels that they are in, and whoever is not known yet may be one.
    """
    inside = known.inside is True and known.fresh
    return inside or (known.told and admits(None, channel, known))


def cannot_take(known: Known, home: frozenset[str], *, external: bool) -> CannotTake | None:
    """Why someone cannot be given a step in a channel, as far as is known; None if they can.

    *home* are the ids of the bot's team and organization; *external* lets people of others act.
    """
    if known.kind:
        return known.kind
    if not external and outside(known, home):
        return "external"
    return "outside" if known.private and known.absent_since() is not None else None


def outside(known: Known, home: frozenset[str]) -> bool:
    """Whether someone is known to belong to another organization."""
    return known.team is not None and not home & {known.team, known.enterprise}


# The sighting that a form carries. --------------------------------------------------------------


def seal(view: Mapping[str, Any], by: str, sighting: Sighting | None, key: bytes) -> dict[str, Any]:
    """The form, with *sighting* sealed for the person with id *by*.

    Without one, or where it would not fit, the form is as it was: it will need another.
    """
    about = _about(view)
    if sighting is None or about is None:
        return dict(view)
    bare = {name: value for name, value in about.items() if name not in _PROOF}
    bare |= {"at": round(sighting.at, 3), "seen": sighting.channel}
    whole = _compact({**bare, "seal": _seal(bare, by, key)})
    return {**view, "private_metadata": whole} if len(whole) <= METADATA_LIMIT else dict(view)


def sighting_of(about: Mapping[str, Any], by: str, key: bytes) -> Sighting | None:
    """The sighting in a form's metadata; None when it has none, or not one of ours for *by*."""
    bare = {name: value for name, value in about.items() if name != "seal"}
    at, seen, sealed = about.get("at"), about.get("seen"), about.get("seal")
    if not (isinstance(at, int | float) and isinstance(seen, str) and isinstance(sealed, str)):
        return None
    if not hmac.compare_digest(sealed.encode(errors="replace"), _seal(bare, by, key).encode()):
        return None
    return Sighting(float(at), seen)


def key_of(secret: str) -> bytes:
    """The key for seals, made of a secret that all processes of one bot share."""
    return hmac.digest(secret.encode(), b"a form of the runbook bot", "sha256")


def _about(view: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        about = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return None
    return about if isinstance(about, dict) else None


def _compact(about: Mapping[str, Any]) -> str:
    return json.dumps(about, separators=(",", ":"), sort_keys=True)


def _seal(about: Mapping[str, Any], by: str, key: bytes) -> str:
    return hmac.new(key, f"{by}\n{_compact(about)}".encode(), hashlib.sha256).hexdigest()[:32]

"""Who may act where: the newest of what is known decides, and only the bot can seal a form."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.core.acting.admission import (
    FRESH,
    GOOD_FOR,
    METADATA_LIMIT,
    Known,
    Sighting,
    admits,
    cannot_take,
    key_of,
    outside,
    seal,
    sighting_of,
)

ROOM, NOW = "C0KEYROOM", 1_800_000_000.0
KEY = key_of("xoxb-1")
HOME = frozenset({"T0", "E0"})


def known(**more: Any) -> Known:
    return Known(NOW, **more)


def ago(seconds: float, channel: str = ROOM) -> Sighting:
    return Sighting(NOW - seconds, channel)


def test_a_form_is_good_for_half_an_hour_whoever_is_not_known() -> None:
    assert admits(ago(GOOD_FOR), ROOM, known())
    assert not admits(ago(GOOD_FOR + 1), ROOM, known())
    assert not admits(None, ROOM, known())


def test_an_older_form_is_good_for_who_is_known_to_be_in_the_channel() -> None:
    inside = known(asked=NOW - 60, inside=True, since=NOW - 60, private=True)
    assert admits(ago(GOOD_FOR * 10), ROOM, inside)
    stale = known(asked=NOW - FRESH - 1, inside=True, since=NOW - FRESH - 1, private=True)
    assert not admits(ago(GOOD_FOR + 1), ROOM, stale)


def test_a_public_channel_needs_no_list() -> None:
    assert admits(ago(GOOD_FOR * 10), ROOM, known(private=False))
    assert not admits(ago(GOOD_FOR * 10), ROOM, known(private=None))
    assert not admits(ago(GOOD_FOR * 10), ROOM, known(private=True))


def test_who_was_in_a_channel_that_tells_no_more_goes_on() -> None:
    assert admits(None, ROOM, known(was=True))
    assert not admits(None, ROOM, known(inside=False, since=NOW - 60))
    assert not admits(None, "C0NEVER", known())


def test_who_has_left_since_the_form_was_opened_is_refused() -> None:
    gone = known(inside=False, since=NOW - 60)
    assert not admits(ago(120), ROOM, gone)
    assert admits(ago(30), ROOM, gone), "they saw the channel after that"
    assert not admits(ago(GOOD_FOR + 1), ROOM, known(inside=False, since=NOW, private=False))


def test_who_is_found_outside_since_the_form_was_opened_is_refused() -> None:
    absent = known(asked=NOW - 60, private=True)
    assert not admits(ago(120), ROOM, absent)
    assert admits(ago(30), ROOM, absent), "an invitation is newer than the list"
    assert admits(ago(120), ROOM, known(asked=NOW - 60, private=False))


def test_a_form_of_another_channel_proves_nothing() -> None:
    assert not admits(ago(1, "C0INCIDENTS"), ROOM, known())
    assert not admits(ago(1, "C0INCIDENTS"), ROOM, known(asked=NOW, private=True))


@given(
    sighting=st.none()
    | st.builds(Sighting, st.floats(NOW - 9_999, NOW), st.sampled_from([ROOM, "C0"])),
    what=st.builds(
        Known,
        now=st.just(NOW),
        asked=st.none() | st.floats(NOW - 9_999, NOW),
        inside=st.sampled_from([None, True, False]),
        since=st.floats(NOW - 9_999, NOW),
        private=st.sampled_from([None, True, False]),
    ),
)
def test_nobody_acts_by_what_is_older_than_their_absence(
    sighting: Sighting | None, what: Known
) -> None:
    gone = what.absent_since()
    if gone is not None and (sighting is None or sighting.channel != ROOM or sighting.at <= gone):
        assert not admits(sighting, ROOM, what)
    if what.private and sighting is None and what.inside is not True:
        assert not admits(sighting, ROOM, what)


# Seals. -----------------------------------------------------------------------------------------

texts = st.text(max_size=50)
metadata = st.dictionaries(texts, texts | st.none() | st.booleans() | st.integers(), max_size=5)


@given(metadata, texts, st.floats(0, 2e9), texts)
def test_a_sealed_proof_is_read_back_by_its_person_only(
    about: dict[str, Any], by: str, at: float, channel: str
) -> None:
    view = seal({"private_metadata": json.dumps(about)}, by, Sighting(at, channel), KEY)
    carried = json.loads(view["private_metadata"])
    found = sighting_of(carried, by, KEY)
    assert found is not None
    assert (round(at, 3), channel) == (found.at, found.channel)
    assert sighting_of(carried, f"{by}.", KEY) is None
    assert sighting_of(carried, by, key_of("xoxb-2")) is None


@given(metadata, st.sampled_from(["run", "channel", "seen", "at", "new"]), texts | st.integers())
def test_whatever_is_changed_in_a_form_breaks_its_seal(
    about: dict[str, Any], name: str, value: Any
) -> None:
    about = {"run": "KC-1", "channel": ROOM, **about}
    view = seal({"private_metadata": json.dumps(about)}, "U0BEN", Sighting(NOW, ROOM), KEY)
    carried = json.loads(view["private_metadata"])
    if carried.get(name, "") != value or type(carried.get(name)) is not type(value):
        assert sighting_of({**carried, name: value}, "U0BEN", KEY) is None


def test_a_form_that_cannot_carry_its_proof_stays_as_it_was() -> None:
    full = {"private_metadata": json.dumps({"run": "x" * (METADATA_LIMIT - 20)})}
    assert seal(full, "U0BEN", Sighting(NOW, ROOM), KEY) == full
    odd = {"private_metadata": "no json"}
    assert seal(odd, "U0BEN", Sighting(NOW, ROOM), KEY) == odd
    bare = {"private_metadata": "{}"}
    assert seal(bare, "U0BEN", None, KEY) == bare


@given(st.dictionaries(st.sampled_from(["at", "seen", "seal", "run"]), st.from_type(object)))
def test_no_metadata_is_taken_for_a_proof_or_breaks_the_look(about: dict[str, Any]) -> None:
    readable = {k: v for k, v in about.items() if isinstance(v, str | int | float | None)}
    assert sighting_of(readable, "U0BEN", KEY) is None


# To whom. ---------------------------------------------------------------------------------------


def test_a_step_goes_to_nobody_who_is_known_not_to_be_able_to_have_it() -> None:
    def why(*, external: bool = False, **more: Any) -> str | None:
        return cannot_take(known(**more), HOME, external=external)

    assert why() is None, "someone not yet known gets it"
    assert why(kind="bot") == "bot"
    assert why(kind="deactivated") == "deactivated"
    assert why(kind="nobody") == "nobody"
    assert why(asked=NOW, private=True) == "outside"
    assert why(inside=False, since=NOW, private=True) == "outside"
    assert why(inside=False, since=NOW, private=False) is None, "everyone may see a public channel"
    assert why(inside=True, since=NOW, asked=NOW, private=True) is None
    assert why(asked=NOW - FRESH - 1, private=True) is None, "that is too old to go by"
    assert why(team="T0OTHER") == "external"
    assert why(team="T0OTHER", external=True) is None


def test_people_of_a_sister_workspace_are_of_the_same_organization() -> None:
    assert outside(known(team="T0OTHER"), HOME)
    assert not outside(known(team="T0OTHER", enterprise="E0"), HOME)
    assert not outside(known(team="E0"), HOME)
    assert not outside(known(), HOME)

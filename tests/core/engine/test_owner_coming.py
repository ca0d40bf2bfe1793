"""Whoever is called says that they come, once, and can take it back; what is over says so."""

import pytest

from bot.core.acting.owner_call import causes, post, wanted
from bot.core.engine import commands as c
from bot.core.engine import effects
from bot.core.engine.decide import Refused
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.holding import Knows, Members
from bot.core.views import forms, more, notices
from bot.core.views.board import draw
from tests.core.drawn import accepted, accepted_view, aloud
from tests.core.engine.test_call_owner import failed
from tests.core.engine.test_timing import Night
from tests.core.engine.test_ways import do, procedure
from tests.core.strategies import ANA, BEN, CHO, Desk

LINK = "https://slack/x"
UP = {"up": {"title": "It is up", "target": "it", "get": "/up", "expect": [{"status": 200}]}}
OWNED = procedure(
    do("wipe"),
    do("tell"),
    owner={"team": "Storage", "slack": "#storage", "slack_group": "@storage-oncall"},
    checks=UP,
    verification=[{"check": "up"}],
    severity="SEV1",
)
HIDDEN = {
    "private": True,
    "roles": {"lead": {"description": "leads", "people": [ANA.id, BEN.id]}},
    "who": {"start": "lead"},
}


def of(made: Procedure = OWNED) -> Desk:
    desk = failed(made)
    desk.do(c.CallOwner("wipe", BEN))
    desk.do(c.TellCalled(e.OwnerReached(step="wipe", request=desk.run.seq)))
    return desk


def called(desk: Desk) -> int:
    return [*desk.run.calls][-1]


def there(desk: Desk) -> str:
    picture = post(desk.run, called(desk), LINK)
    accepted(picture)
    return aloud(picture.blocks)


def look(desk: Desk, *, green: bool) -> None:
    desk.do(c.Verify(ANA))
    (request,) = desk.run.pending.values()
    seen = e.Seen(expectation="HTTP 200", held=green, seen="7")
    what = {"request": request.id, "check": request.check, "seen": (seen,)}
    desk.do(c.Observe(e.CheckObserved(green=green, final=True, **what)))


def shown(desk: Desk) -> str:
    return aloud(draw(desk.run).blocks)


def test_whoever_comes_is_named_on_the_board_in_the_thread_and_in_the_post() -> None:
    desk = of()
    assert "[*I am on it]" in there(desk)
    desk.do(c.OwnerComes(CHO, called(desk)))
    assert "🏃 <@U0CHO> is on it since" in there(desk)
    assert "[I am not, after all]" in there(desk)
    assert "by <@U0BEN>" in shown(desk)
    assert "<@U0CHO> is on it since" in shown(desk)
    said = notices.draw(desk.run, desk.facts, f"notice/{desk.run.seq}").text
    assert said == "🏃 KC-7: <@U0BEN>, <@U0CHO> is on it (step 1 failed)."
    assert CHO.id in desk.run.people


def test_the_second_hears_who_was_first_and_ones_own_second_press_is_silent() -> None:
    desk = of()
    desk.do(c.OwnerComes(CHO, called(desk)))
    assert not desk.do(c.OwnerComes(CHO, called(desk)))
    with pytest.raises(Refused, match=r"<@U0CHO> was first, and is on it since"):
        desk.do(c.OwnerComes(ANA, called(desk)))
    with pytest.raises(Refused, match=r"it is for <@U0CHO> to take that back"):
        desk.do(c.OwnerStays(ANA, called(desk)))


def test_who_takes_it_back_leaves_the_button_and_the_owner_can_be_called_again() -> None:
    desk = of()
    desk.do(c.OwnerComes(CHO, called(desk)))
    assert "[Call the owner]" not in shown(desk)
    desk.do(c.OwnerStays(CHO, called(desk)))
    assert not desk.do(c.OwnerStays(CHO, called(desk)))
    assert "[*I am on it]" in there(desk)
    assert "nobody is on it any more" in shown(desk)
    said = notices.draw(desk.run, desk.facts, f"notice/{desk.run.seq}").text
    assert "<@U0BEN>, <@U0CHO> does not come after all (step 1 failed)." in said
    assert "[Call the owner]" in shown(desk)
    assert desk.do(c.CallOwner("wipe", ANA))


def test_a_closed_run_takes_the_button_away_and_its_reopening_brings_it_back() -> None:
    desk = of()
    key = f"owner/{called(desk)}"
    before = desk.run
    made = desk.do(c.Mistake(ANA, "Nothing was wrong."))
    assert effects.effects(before, made, desk.at).messages[key] == desk.run.seq
    assert "The run was closed at" in there(desk)
    assert "nobody need come any more" in there(desk)
    assert "[" not in there(desk)
    with pytest.raises(Refused, match=r"was closed by <@U0ANA>"):
        desk.do(c.OwnerComes(CHO, called(desk)))
    before = desk.run
    made = desk.do(c.Reopen(ANA, "It is back."))
    assert key in effects.effects(before, made, desk.at).messages
    assert "[*I am on it]" in there(desk)


def test_a_step_that_is_finished_needs_nobody_any_more() -> None:
    desk = of()
    desk.do(c.Take("wipe", ANA))
    assert "[*I am on it]" in there(desk)
    before = desk.run
    made = desk.do(c.MarkDone("wipe", ANA))
    assert f"owner/{called(desk)}" in effects.effects(before, made, desk.at).messages
    assert "✅ That step is finished: nobody need come any more." in there(desk)
    with pytest.raises(Refused, match=r"it is over"):
        desk.do(c.OwnerComes(CHO, called(desk)))


def test_a_check_that_failed_is_called_about_once_until_it_has_passed() -> None:
    desk = Desk(OWNED)
    with pytest.raises(Refused, match=r"does not stand failed"):
        desk.do(c.CallOwner(None, ANA, "up"))
    look(desk, green=False)
    desk.do(c.CallOwner(None, ANA, "up"))
    assert "the check `up` failed, and ana asks" in there(desk)
    assert "has the owner called in #storage … · the check “It is up” failed" in shown(desk)
    look(desk, green=False)
    with pytest.raises(Refused, match=r"once is enough"):
        desk.do(c.CallOwner(None, BEN, "up"))
    look(desk, green=True)
    assert "✅ That check has passed: nobody need come any more." in there(desk)
    assert "the owner called" not in shown(desk)
    look(desk, green=False)
    assert desk.do(c.CallOwner(None, BEN, "up"))


def test_a_run_of_the_worst_severity_asks_for_the_owner_on_its_board() -> None:
    desk = Desk(OWNED)
    assert "🆘 SEV1, and the owner, Storage, is not called yet.   [Call the owner]" in shown(desk)
    desk.do(c.CallOwner(None, ANA))
    assert "is not called yet" not in shown(desk)
    assert "🆘 KC-7 (trouble): it is SEV1, and ana asks the owner for help." in there(desk)
    desk.do(c.ChangeSeverity("SEV3", ANA))
    assert "✅ It is not SEV1 any more: nobody need come any more." in there(desk)
    with pytest.raises(Refused, match=r"is not SEV1"):
        desk.do(c.CallOwner(None, BEN))
    plain = Desk(procedure(do("wipe"), severity="SEV1"))
    assert "is not called yet" not in shown(plain)


def test_a_rise_to_the_worst_severity_says_where_the_owner_is_called() -> None:
    source = OWNED.model_dump(by_alias=True, exclude_unset=True)
    desk = Desk(Procedure.model_validate({**source, "severity": "SEV3"}))
    desk.do(c.ChangeSeverity("SEV1", ANA))
    said = notices.draw(desk.run, desk.facts, f"notice/{desk.run.seq}").text
    assert said.endswith("*Call the owner* is on the board")


def test_all_that_there_is_to_call_about_stands_in_one_form() -> None:
    desk = failed(OWNED)
    look(desk, green=False)
    listed = aloud(more.choices(desk.run, ANA))
    assert "[Call the owner…]" in listed
    view = forms.of(desk.run, "call_owner", None, ANA)
    accepted_view(view)
    said = aloud(view["blocks"])
    for words in ("Step 1 failed", "The check “It is up” failed", "It is SEV1"):
        assert words in str(view["blocks"])
    assert "#storage and calls the group `storage-oncall`" in said
    for about in list(causes(desk.run)):
        desk.do(c.CallOwner(about.step, ANA, about.check))
    assert "[Call the owner…]" not in aloud(more.choices(desk.run, ANA))
    with pytest.raises(Refused, match="nothing left to call the owner about"):
        forms.of(desk.run, "call_owner", None, ANA)


def test_the_owners_group_is_mentioned_where_slack_told_of_it() -> None:
    desk = failed(OWNED)
    told = Members(frozenset({CHO.id}), 60, "S0STORAGE")
    desk.knows = Knows(groups={"storage-oncall": told})
    desk.do(c.CallOwner("wipe", BEN))
    assert post(desk.run, called(desk), LINK).text.startswith("<!subteam^S0STORAGE> 🆘 KC-7")
    desk.do(c.TellCalled(e.OwnerReached(step="wipe", request=called(desk))))
    assert "is not known to me" not in shown(desk)
    assert "group `storage-oncall` is not known to me, so it was not mentioned" in shown(of())


def test_the_post_of_a_private_run_has_no_word_of_it() -> None:
    source = OWNED.model_dump(by_alias=True, exclude_unset=True) | HIDDEN
    desk = Desk(Procedure.model_validate(source))
    look(desk, green=False)
    desk.do(c.CallOwner(None, ANA, "up"))
    said = post(desk.run, called(desk), LINK).text
    assert said == (
        f"🆘 KC-7: somebody is needed, and ana asks the owner for help. <{LINK}|Open the board>"
    )
    desk.do(c.OwnerComes(BEN, called(desk)))
    look(desk, green=True)
    assert "✅ Nobody need come any more. 🏃 ben was on it since" in there(desk)
    for word in ("SEV1", "check", "passed", "trouble"):
        assert word not in there(desk)
    form = aloud(forms.of(failed(desk.run.procedure).run, "call_owner", None, ANA)["blocks"])
    assert "with KC-7, that somebody is needed and a link to the board." in form
    assert "where this channel is private, neither" not in form


def test_a_call_of_before_is_heard_still() -> None:
    desk = of()
    body = e.load('{"by":{"id":"U0BEN"},"channel":"#o","kind":"owner_called","step":"wipe","v":1}')
    assert isinstance(body, e.OwnerCalled)
    assert (body.group, body.check, body.graded) == (None, None, None)
    assert wanted(desk.run, desk.run.calls[called(desk)])


def test_what_nobody_called_cannot_be_answered() -> None:
    desk = of()
    with pytest.raises(Refused, match="has called nobody there"):
        desk.do(c.OwnerComes(CHO, 1))


def test_a_reminder_in_the_owners_channel_mentions_their_group_once_slack_told_of_it() -> None:
    whose = {"team": "it", "slack": "#it", "slack_group": "@keepers"}
    shape = procedure(do("heal", timeout="30m"), owner=whose)
    source = shape.model_dump(by_alias=True, exclude_unset=True)
    for hidden in ({}, HIDDEN):
        night = Night(Procedure.model_validate(source | hidden))
        night.desk.knows = Knows(groups={"keepers": Members(frozenset(), 60, "S0KEEPERS")})
        night.do(c.Take("heal", ANA))
        night.passes(600)
        owner = next(f.seq for f in night.desk.facts if getattr(f.event, "told", "") == "owner")
        assert night.said(owner, "reminder").count("<!subteam^S0KEEPERS>") == 1

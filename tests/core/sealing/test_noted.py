"""What was noted of an open run goes when it is closed, whatever is done in between."""

from collections.abc import Sequence
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.effects import effects
from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.polling import ERASURE
from bot.core.sealing.erasing import Plan, Wanted, plan
from bot.core.sealing.people import People
from tests.core.sealing.room import Vault
from tests.core.sealing.test_runs import drawn, standing, worked_on
from tests.core.strategies import ANA, BEN, Desk, commands
from tests.profiles import examples


class Timers:
    """The timers of a run, as the facts of a desk set and stop them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.due: dict[str, datetime] = {}
        for at, fact in enumerate(desk.facts):
            self._note(desk.facts[:at], [fact.event], fact.at)

    def do(self, command: c.Command) -> None:
        """Give a command; it may be refused."""
        before = list(self.desk.facts)
        made = self.desk.do(command)
        if made:
            self._note(before, made, self.desk.facts[-1].at)

    def _note(self, before: Sequence[e.Fact], made: Sequence[e.Event], at: datetime) -> None:
        for name, due in effects(fold(before) if before else None, made, at).timers.items():
            if due is None:
                self.due.pop(name, None)
            else:
                self.due[name] = due


def planned(desk: Desk, wanted: Wanted) -> Plan:
    """What goes of the run as it is stored now."""
    vault = Vault(desk.facts)
    return plan(vault.rows, People(vault.people), wanted, is_open=desk.run.closed is None)


def asked(desk: Desk, wanted: Wanted) -> c.Erase:
    """The command that someone's wish comes to."""
    what, later = planned(desk, wanted), None
    if what.later is not None:
        rest = what.later
        later = e.ErasureNoted(
            entries=rest.entries, people=rest.tokens, everything=rest.everything, via="terminal"
        )
    return c.Erase(None, what.words, what.people, what.unchecked, later=later, via="terminal")


def wishes(desk: Desk) -> st.SearchStrategy[Wanted]:
    seqs = st.sets(st.sampled_from([fact.seq for fact in desk.facts]), min_size=1, max_size=3)
    return st.one_of(
        st.just(Wanted(everything=True)),
        st.sampled_from([Wanted(person=ANA.id), Wanted(person=BEN.id)]),
        seqs.map(lambda found: Wanted(entries=tuple(sorted(found)))),
    )


def fired(timers: Timers) -> None:
    """Do what the timer is for, people last."""
    run = timers.desk.run
    for number, noted in sorted(
        run.to_erase.items(), key=lambda one: one[1].everything or bool(one[1].people)
    ):
        wanted = Wanted(noted.everything, entries=noted.entries, tokens=noted.people)
        what = planned(timers.desk, wanted)
        timers.do(
            c.Erase(
                noted.by, what.words, what.people, what.unchecked, noted=(number,), via=noted.via
            )
        )


@given(worked_on(), st.data())
@settings(max_examples=examples(40))
def test_whatever_is_noted_goes_at_the_closing_in_any_order(
    desk: Desk, data: st.DataObject
) -> None:
    timers = Timers(desk)
    everything = False
    for _ in range(data.draw(st.integers(1, 5))):
        try:
            if data.draw(st.booleans()):
                wanted = data.draw(wishes(desk))
                everything = everything or wanted.everything
                timers.do(asked(desk, wanted))
            else:
                timers.do(data.draw(commands(desk.run)))
        except Refused:
            continue
    if desk.run.closed is None:
        timers.do(c.Mistake(ANA, "a false alarm"))
    waits = bool(desk.run.to_erase)
    assert (ERASURE in timers.due) is waits, "it is due as soon as the run is closed"
    if waits:
        try:
            timers.do(c.Reopen(BEN, "it is back"))
            raise AssertionError("a run that is about to lose something is not reopened")
        except Refused:
            pass
    fired(timers)
    assert not desk.run.to_erase
    assert ERASURE not in timers.due
    vault = Vault(desk.facts)
    assert vault.checked().faults == ()
    facts = vault.facts()
    assert standing(fold(facts)) == standing(desk.run)
    drawn(fold(facts), facts)
    if everything and waits:
        # But for who closed it and asked: they act again in the entries of that.
        assert all(People(vault.people).id(token) is None for token in People(vault.people).tokens)

"""What the benches send is still what starts a run and changes it."""

from bot.core.engine.starting import settle
from tests.bench.payloads import INPUTS, STEP, opening


def test_what_the_procedure_asks_for_is_given() -> None:
    procedure = opening().procedure
    assert not settle(procedure, INPUTS).missing
    assert STEP in {placed.step.id for placed in procedure.leaves()}

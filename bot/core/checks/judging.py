"""From the answers to a check's questions to a verdict. No socket here.

A check is red unless every expectation held on every member: an answer that did not come, came
too late, was too large or was not JSON is red with the reason, and so is an empty set.
"""

from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter

from bot.core.checks.arriving import arrived, read
from bot.core.checks.asking import Answer
from bot.core.checks.query import Allowance
from bot.core.checks.series import judge_series
from bot.core.checks.verdict import Verdict, Ways, all_of, one_of, red, weigh
from bot.core.procedure import Check

HERE = 10_000
"""What a judgment may cost where others wait for it, as `query.EFFORT` is counted: some 10 ms."""


def judge(
    check: Check,
    inputs: Mapping[str, str],
    answers: Sequence[Answer],
    allowance: Allowance | None = None,
) -> Verdict:
    """Hold *answers* against what *check* expects; raises Heavy beyond the *allowance*."""
    allowance = allowance or Allowance()
    if not answers:
        return red("there is no member to ask")
    if check.requests is not None and answers[0].member is not None:
        # One of those that are asked in turn brought it no further.
        return red(answers[0].error or "no answer", member=answers[0].member)
    if check.promql is not None:
        return judge_series(check, inputs, answers[0], allowance)
    wanted = {status for e in check.expect for status in e.statuses}
    readings = [read(check, answer, allowance) for answer in answers]
    told = [(one, arrived(check, inputs, one, wanted)) for one in readings]
    return weigh(check, inputs, told, allowance, _WAYS)


_WAYS = Ways(one_of, all_of, arrival=True)

_VERDICT = TypeAdapter(Verdict)


def judged(check: Check, inputs: Mapping[str, str], answers: Sequence[Answer]) -> str:
    """The verdict as a text, which `read_verdict` reads: what another process hands back."""
    return _VERDICT.dump_json(judge(check, inputs, answers)).decode()


def read_verdict(text: str) -> Verdict:
    """A verdict from what `judged` made of it."""
    return _VERDICT.validate_json(text)

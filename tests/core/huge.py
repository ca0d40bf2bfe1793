"""Procedures larger than anyone writes, and runs of them: what must not break a message."""

from typing import Any

from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.run import events as e
from tests.core.strategies import ANA, BEN, CHO, PEOPLE, Desk

ILL = '<!channel> <@U0EVE|x> <https://evil.example|here> & </b> `x` *b* "q" \\ '


def line(start: str, length: int = 150) -> str:
    return (start + ILL * 10)[:length]


def procedure(steps: int = 60, *, command: int = 3_000, checks: int = 25) -> Procedure:
    """*steps* steps, some in groups, one in nine a wait, one in seven destructive."""
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "h" * 80,
            "title": line("Everything at once "),
            "summary": line("All is down ", 3_000),
            "severity": "SEV1",
            "owner": {
                "team": line("team"),
                "slack": line("#here"),
                "page": "https://p.example/" + "&" * 130,
            },
            "where": line("On {{ key_id }} "),
            "impact": line("Everything "),
            "symptoms": [{"text": line(f"S{n} "), "alert": line("A")} for n in range(12)],
            "inputs": {
                "key_id": {"description": line("Which key? "), "pattern": ".*"},
                "place": {"description": line("Where? "), "enum": ["here", line("there ")]},
                **{f"more_{n}": {"description": line("More? ")} for n in range(20)},
            },
            "checks": {f"c{n}": _check(n) for n in range(checks)},
            "steps": _grouped([_step(n, command, checks) for n in range(steps)]),
            "verification": [
                *({"check": f"c{n}"} for n in range(checks)),
                *({"confirm": line(f"V{n} ")} for n in range(8)),
            ],
        }
    )


def _check(n: int) -> dict[str, Any]:
    return {
        "title": line(f"C{n} {{{{ key_id }}}} "),
        "target": "t",
        "get": "/",
        "poll": {"every": "5s", "deadline": "10m"},
        "by_hand": {"run": line(f"look {n} ", 3_000), "expected": line("Well ")},
    }


def _step(n: int, command: int, checks: int) -> dict[str, Any]:
    step: dict[str, Any] = {
        "id": f"{n}-".ljust(80, "s"),
        "title": line(f"T{n} {{{{ key_id }}}} "),
        "warnings": [line(f"W{k} ", 3_000) for k in range(n % 12)],
        "links": [
            {"title": line("Read "), "url": "https://h.example/?a=1&b=" + "x" * 1_900}
            for _ in range(n % 4)
        ],
        "where": line("There "),
        "expected": line("It is well ", 3_000),
        "on_failure": line("Go back ", 3_000),
        "rollback": line("Go back ", 3_000),
    }
    if n % 9 == 8:
        return {**step, "wait": {"until": f"c{n % checks}"}}
    step["do"] = ("*a* **b** `c`\n\n- d\n- e\n\n" + ILL) * (1 + n % 5)
    step["run"] = [f"run {n} ".ljust(command, "<")] * (1 + n % 8)
    if n % 7 == 6:
        step["danger"] = "destructive"
    return {**step, "check": f"c{n % checks}"}


def _grouped(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The second ten in one group that has no order, the third ten in alternatives."""
    if len(steps) < 30:
        return steps
    head = {key: steps[11][key] for key in ("where", "warnings", "links")}
    free = {"id": "free", "title": line("G1 "), "any_order": True, "steps": steps[10:20]} | head
    ways = [
        {"id": f"way-{n}", "title": line(f"G2.{n} "), "steps": steps[20 + 5 * n : 25 + 5 * n]}
        | head
        for n in range(2)
    ]
    choice = {"id": "choice", "title": line("G2 "), "one_of": True, "steps": ways} | head
    return [*steps[:10], free, choice, *steps[30:]]


def desk(made: Procedure | None = None) -> Desk:
    """A run of it, with inputs as long as can be typed."""
    more = {f"more_{n}": "" for n in range(20)}
    return Desk(made or procedure(), key_id=line("key ", 400), place="here", **more)


def take(desk: Desk, n: int, who: e.Person = ANA) -> str:
    step = desk.run.placed[n].step.id
    desk.do(c.Take(step, who, step))
    return step


def worked() -> Desk:
    """Twenty behind us, ten in hand with notes, two failed, every check red but three."""
    made = desk()
    for n in range(20):
        step = take(made, n, PEOPLE[n % 3])
        if n % 5 == 3:
            made.do(c.Skip(step, BEN, line("why ", 2_000)))
        elif n in (6, 16):
            made.do(c.Fail(step, CHO, line("what ", 2_000)))
        else:
            made.do(c.MarkDone(step, CHO))
    for n in range(30, 40):
        step = take(made, n, PEOPLE[n % 3])
        made.do(c.AddNote(step, BEN, line("note ", 2_000)))
        made.do(c.AddNote(step, BEN, line("note ", 2_000)))
    verify(made)
    made.do(c.AddNote(None, ANA, line("note ", 2_000)))
    return made


def verify(desk: Desk) -> None:
    desk.do(c.Verify(ANA))
    for request in list(desk.run.pending.values()):
        if request.batch is None:
            continue
        green = int(request.check[1:]) % 8 == 7
        seen = tuple(
            e.Seen(
                expectation=line(f"/a equals {n} ", 600),
                member=f"node-{n}",
                held=green,
                seen=line("2 ", 500),
            )
            for n in range(9)
        )
        desk.do(
            c.Observe(
                e.CheckObserved(
                    request=request.id, check=request.check, green=green, final=True, seen=seen
                )
            )
        )

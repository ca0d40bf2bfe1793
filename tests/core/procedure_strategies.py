"""Random procedures for Hypothesis, with every kind of step."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from bot.core.procedure import Procedure
from tests.core.check_strategies import checks
from tests.core.hostile import lines
from tests.core.timed import timed, waiting


class _Steps:
    """Draws steps one by one, each with the next id; questions lead to those at the top before."""

    def __init__(
        self, draw: st.DrawFn, names: Sequence[str], texts: st.SearchStrategy[str]
    ) -> None:
        self.draw, self.names, self.texts = draw, names, texts
        self.made = 0
        self.answers: list[str] = []
        self.found: list[str] = []
        self.tops: list[str] = []
        self.variable: str | None = None

    def top(self, node: Any) -> dict[str, Any]:
        step = self.build(node)
        self.tops.append(step["id"])
        return step

    def build(self, node: Any) -> dict[str, Any]:
        draw, texts = self.draw, self.texts
        self.made += 1
        step: dict[str, Any] = {"id": f"s{self.made}", "title": draw(texts)}
        if draw(st.booleans()):
            step |= {"where": draw(texts), "warnings": [draw(texts)]}
            step["links"] = [{"title": draw(texts), "url": "https://h.example/"}]
        if draw(st.integers(0, 4)) == 0:
            step["when"] = self.condition()
        if draw(st.integers(0, 6)) == 0 and not isinstance(node, tuple) and node != "agree":
            step["image"] = "panel.png"
        if node == "goto":
            return {**step, "decide": self.question([])}
        if node == "agree":
            return {**step, "approve": self.approval()}
        if isinstance(node, tuple):
            return step | self.holding(*node)
        return step | self.work(node)

    def approval(self) -> dict[str, Any]:
        """One or two must approve, within some time or at any."""
        within = {"timeout": "30m"} if self.draw(st.booleans()) else {}
        return {"min": self.draw(st.integers(1, 2)), **within}

    def condition(self) -> str:
        member = [self.variable] if self.variable else []
        of = self.draw(st.sampled_from(["key_id", *self.answers, *self.found, *member]))
        value = "o0" if of in self.answers else "key-a"
        how = self.draw(st.sampled_from(["exists", f"is {value}", "in x, o1, key-a"]))
        return f"{{{{ {of} }}}} {how}"

    def holding(self, manner: str, inner: Sequence[Any]) -> dict[str, Any]:
        if manner == "on_failure":
            work = self.work("task")
            return work | {"on_failure": [self.build(one) for one in inner]}
        if manner == "decide":
            return {"decide": self.question(inner)}
        if manner == "for_each" and self.variable is None:
            return self.repeated(inner)
        steps = [self.build(one) for one in inner]
        plain = manner in ("in_turn", "for_each")
        return {"steps": steps} | ({} if plain else {manner: True})

    def repeated(self, inner: Sequence[Any]) -> dict[str, Any]:
        """Steps for each node; of some sets nothing is known. What they find is a node's own."""
        answers, found = self.answers[:], self.found[:]
        self.variable = f"n{self.made}"
        of = self.draw(st.sampled_from(["nodes", "nodes", "gone"]))
        made = {
            "for_each": {self.variable: of},
            "target": "civictrust",
            "any_order": self.draw(st.booleans()),
            "steps": [self.build(one) for one in inner],
        }
        self.answers, self.found, self.variable = answers, found, None
        return made

    def question(self, inner: Sequence[Any]) -> dict[str, Any]:
        """One answer leads on, one to steps, or to a step that was drawn already."""
        name = f"a{self.made}"
        back: Any = {"goto": self.draw(st.sampled_from(self.tops))} if self.tops else None
        ways = [None, [self.build(one) for one in inner] or back]
        options: list[dict[str, Any]] = [
            {"id": f"o{n}", "title": f"Way {n}", **({"then": way} if way else {})}
            for n, way in enumerate(ways)
        ]
        if self.draw(st.booleans()):
            options[0]["reason"] = "required"
        self.answers.append(name)
        return {"options": options, "name": name}

    def work(self, node: str) -> dict[str, Any]:
        draw, texts = self.draw, self.texts
        step: dict[str, Any] = {}
        if draw(st.booleans()):
            step |= {"on_failure": draw(texts), "expected": draw(texts), "rollback": draw(texts)}
        step |= timed(draw)
        if node in ("wait", "pause"):
            return step | waiting(draw, self.names, checks=node == "wait")
        used = [*self.found[-1:], *([self.variable] if self.variable else [])]
        step["run"] = [draw(texts), *(f"use {{{{ {name} }}}}" for name in used)]
        if draw(st.integers(0, 3)) == 0:
            name = f"v{self.made}"
            step["captures"] = {name: {"description": draw(texts), "pattern": "f[0-9]"}}
            self.found.append(name)
        if draw(st.integers(0, 4)) == 0:
            step["starts"] = "other key={{ key_id }}"
        if node == "danger":
            step["danger"] = "destructive"
        if draw(st.integers(0, 4)) == 0:
            asked = draw(st.sampled_from([("text",), ("file",), ("text", "file")]))
            step["evidence"] = {name: draw(texts) for name in asked}
            if draw(st.booleans()):
                step["evidence"]["optional"] = True
        if node == "agreed":
            step["approval"] = self.approval()
        if node == "check":
            step["check"] = draw(st.sampled_from(self.names))
        return step


@st.composite
def steps(draw: st.DrawFn, names: Sequence[str], texts: st.SearchStrategy[str]) -> list[Any]:
    """A forest of steps, with ids in the order of the page."""
    plain = ["task", "task", "danger", "goto", "agree", "agreed", "pause"]
    leaves = st.sampled_from([*plain, *(["check", "wait"] if names else [])])
    groups = st.sampled_from(["any_order", "one_of", "in_turn", "decide", "on_failure", "for_each"])
    shape = st.recursive(
        leaves,
        lambda inner: st.tuples(groups, st.lists(inner, min_size=1, max_size=3)),
        max_leaves=6,
    )
    maker = _Steps(draw, names, texts)
    return [maker.top(node) for node in draw(st.lists(shape, min_size=1, max_size=4))]


@st.composite
def procedures(draw: st.DrawFn, texts: st.SearchStrategy[str] = lines) -> Procedure:
    """A valid procedure with groups, waits, danger, checks and verification."""
    at = st.one_of(texts, st.just("#owners"))
    names = [f"c{n}" for n in range(draw(st.integers(0, 3)))]
    confirms = draw(st.lists(texts, max_size=2))
    proof: list[Any] = [
        *({"check": name, **draw(st.sampled_from([{}, {"baseline": True}]))} for name in names),
        *({"confirm": x} for x in confirms),
    ]
    alone = draw(st.integers(0, len(proof)))
    if proof[alone:]:
        proof = [*proof[:alone], {"group": draw(texts), "lines": proof[alone:]}]
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "trouble",
            "title": draw(texts),
            "where": draw(texts),
            "owner": {"team": draw(texts), "slack": draw(at), "page": draw(texts)}
            | draw(st.sampled_from([{}, {"slack_group": "the-owners"}])),
            "updates": draw(st.sampled_from([[], ["#status"], ["#status", "#others"]])),
            "severity": draw(st.sampled_from([None, "SEV1"])),
            "estimate": draw(st.sampled_from(["90m", "45s", "1d"])),
            "reviewed": "2026-11-01",
            "symptoms": [draw(texts), {"text": draw(texts), "alert": "A"}],
            "inputs": {"key_id": {"description": "The key", "pattern": ".*", "required": True}},
            "checks": {name: draw(checks(texts)) for name in names},
            "steps": draw(steps(names, texts)),
            "verification": proof,
            "prevention": draw(st.lists(texts, max_size=2)),
        }
    )

"""JMESPath over what a target answered, so that no expression costs more than a look may.

A few dozen characters can ask for a result that doubles with each of them: `[@,@]|[@,@]|…`. So
lint bounds the expression, and whoever evaluates one counts what it makes.
"""

import json
from typing import Any

import jmespath
from jmespath import functions
from jmespath.visitor import Options, TreeInterpreter

MAX_MANY = 3
"""How many pipes an expression may have, and how many lists or objects that it makes."""
MAX_DEEP = 15
"""How deep its parts may stand in each other."""
EFFORT = 500_000
"""How much one expression may touch and make, in values and characters; an answer has 64 KiB."""


class TooMuch(ValueError):
    """An expression asks for more than a look may cost."""


def burden(expression: str) -> str | None:
    """Why *expression* is too much, in words, or None; raises JMESPathError for what is none."""
    pipes = made = deepest = 0
    left: list[tuple[Any, int]] = [(jmespath.compile(expression).parsed, 1)]
    while left:
        node, deep = left.pop()
        if not isinstance(node, dict):
            continue  # a bound of a slice
        pipes += node["type"] == "pipe"
        made += node["type"] in ("multi_select_list", "multi_select_dict")
        deepest = max(deepest, deep)
        left += [(child, deep + 1) for child in node["children"]]
    if pipes > MAX_MANY:
        return f"more than {MAX_MANY} pipes in one expression"
    if made > MAX_MANY:
        return f"more than {MAX_MANY} lists or objects made in one expression"
    if deepest > MAX_DEEP:
        return f"more than {MAX_DEEP} parts within each other in one expression"
    return None


def evaluate(expression: str, document: Any) -> Any:
    """What *expression* makes of *document*; raises TooMuch, and what jmespath raises."""
    return _Counting(_Counter()).visit(jmespath.compile(expression).parsed, document)


class _Counter:
    def __init__(self) -> None:
        self.left = EFFORT

    def take(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise TooMuch("the expression makes too much of this answer")

    def whole(self, value: Any) -> None:
        """Take all that is written when *value* is written out."""
        left = [value]
        while left:
            one = left.pop()
            self.take(1)
            if isinstance(one, str):
                self.take(len(one))
            elif isinstance(one, dict):
                left += [*one, *one.values()]
            elif isinstance(one, list):
                left += one


class _Counting(TreeInterpreter):
    """JMESPath's own, with an end to what one expression may cost."""

    def __init__(self, counter: _Counter) -> None:
        super().__init__(Options(custom_functions=_Functions(counter)))
        self._counter = counter

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        made = super().visit(node, *args, **kwargs)
        self._counter.take(1 + (len(made) if isinstance(made, list | dict) else 0))
        return made


class _Functions(functions.Functions):
    """JMESPath's own; the two that write texts count them first."""

    def __init__(self, counter: _Counter) -> None:
        self._counter = counter

    @functions.signature({"types": ["string"]}, {"types": ["array-string"]})
    def _func_join(self, glue: str, texts: list[str]) -> str:
        self._counter.take(len(glue) * len(texts) + sum(map(len, texts)))
        return glue.join(texts)

    @functions.signature({"types": []})
    def _func_to_string(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        self._counter.whole(value)
        return json.dumps(value, separators=(",", ":"), default=str)

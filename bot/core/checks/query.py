"""JMESPath over what a target answered, so that no expression costs more than a look may.

A few dozen characters can ask for a result that doubles with each of them: `[@,@]|[@,@]|…`. So
lint bounds the expression, and whoever evaluates one counts what it makes, compares and looks
through. A value is one; of a text so many characters are one as are handled in the same time.
"""

import json
from collections.abc import Iterable
from math import inf
from typing import Any

import jmespath
from jmespath import ast, functions
from jmespath.visitor import Options, TreeInterpreter

MAX_MANY = 3
"""How many pipes an expression may have, and how many lists or objects that it makes."""
MAX_DEEP = 15
"""How deep its parts may stand in each other."""
EFFORT = 500_000
"""How much one expression may touch and make; an answer has 64 KiB."""
CHARACTERS = 64
"""So many characters are compared or copied in the time that one value takes, about 1 µs."""


class TooMuch(ValueError):
    """An expression asks for more than a look may cost."""


class Heavy(Exception):
    """A judgment costs more than may be spent on it here; elsewhere it may be done."""


class Allowance:
    """What may be spent on one judgment, counted as `EFFORT` is; without *most*, there is no end.

    What would go beyond it raises Heavy.
    """

    def __init__(self, most: float = inf) -> None:
        self._left = most

    def take(self, amount: int) -> None:
        """Spend *amount*."""
        self._left -= amount
        if self._left < 0:
            raise Heavy


def size(value: Any) -> int:
    """What it costs to walk through all that *value* holds."""
    counted = 0
    left = [value]
    while left:
        one = left.pop()
        counted += 1
        if isinstance(one, str):
            counted += len(one) // CHARACTERS
        elif isinstance(one, dict):
            left += one.values()
            counted += len(one)
        elif isinstance(one, list):
            left += one
    return counted


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


def evaluate(expression: str, document: Any, allowance: Allowance) -> Any:
    """What *expression* makes of *document*; raises TooMuch, Heavy, and what jmespath raises."""
    return _Counting(_Counter(allowance)).visit(jmespath.compile(expression).parsed, document)


class _Counter:
    def __init__(self, allowance: Allowance) -> None:
        self.left = EFFORT
        self._allowance = allowance

    def take(self, amount: int) -> None:
        self._allowance.take(amount)
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

    def visit_comparator(self, node: Any, value: Any) -> Any:
        children = [self.visit(child, value) for child in node["children"]]
        if all(isinstance(child, list | dict | str) for child in children):
            self._counter.take(min(map(size, children)))
        known: Any = ast.comparator(node["value"], *map(ast.literal, children))
        return super().visit_comparator(known, value)


_COMPARING = {"contains", "max", "min", "sort"}
"""The functions that compare what is in their arguments."""


class _Functions(functions.Functions):
    """JMESPath's own; what they look through is counted first, and so is what they write."""

    def __init__(self, counter: _Counter) -> None:
        self._counter = counter

    def call_function(self, function_name: str, resolved_args: Iterable[Any]) -> Any:
        for argument in resolved_args:
            if isinstance(argument, str):
                self._counter.take(len(argument) // CHARACTERS)
            elif function_name in _COMPARING:
                self._counter.take(size(argument))
            elif isinstance(argument, list | dict):
                self._counter.take(len(argument))
        return super().call_function(function_name, resolved_args)

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

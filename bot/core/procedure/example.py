"""An example of what an input takes, for people who cannot read a pattern at three in the morning.

It is the one that the procedure gives, the default, the first value of a list, or made from the
pattern: from each choice the first that reads well. Whatever is made is tried against the pattern,
so that no example is wrong.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

import re2

from bot.core.procedure import Asked, Input

_LONGEST = 40
"""The longest example that is shown, in characters."""
_ENTRIES = 2
"""How many entries an example of a list has."""
_CLASSES = {"d": "1234567890", "w": "abcdefghij", "s": " "}
_READS_WELL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890-_.@/"


def example(spec: Asked, *, but: str | None = None) -> str | None:
    """A value that *spec* takes, other than *but*; None when none is known."""
    for value in _known(spec):
        if value and value != but and len(value) <= _LONGEST and spec.refusal(value) is None:
            return value
    return None


def _known(spec: Asked) -> Iterator[str | None]:
    yield spec.example
    if isinstance(spec, Input):
        yield spec.default
    if _is_list(spec):
        entries = dict.fromkeys(one for one in _single(spec) if one)
        yield ",".join(list(entries)[:_ENTRIES])
    yield from _single(spec)


def _is_list(spec: Asked) -> bool:
    return isinstance(spec, Input) and spec.list


def _single(spec: Asked) -> Iterator[str | None]:
    """Values, or entries of a list."""
    yield from spec.enum or ()
    if spec.pattern is not None:
        yield from (_made(spec.pattern, nth) for nth in range(3))


def misfit(spec: Asked, value: str, values: Mapping[str, str]) -> str | None:
    """Why *value* cannot be used, by itself or beside the other *values*.

    A pattern is told by what fits it, where that is known.
    """
    if trouble := spec.refusal(value):
        told = spec.pattern and spec.enum is None and not _is_list(spec) and "\n" not in value
        shown = example(spec) if told else None
        return f"must look like {shown}" if shown else trouble
    other = spec.differs_from if isinstance(spec, Input) else None
    if value and other is not None and values.get(other) == value:
        return f"must differ from {other}"
    return None


def such_as(spec: Asked, *, but: str | None = None) -> str:
    """What a value looks like: an example where one is known, else the pattern itself."""
    shown = example(spec, but=but)
    return f"Such as {shown}" if shown else f"Must match {spec.pattern}"


@lru_cache(maxsize=1_024)  # a form asks for the same ones whenever it is opened
def _made(pattern: str, nth: int) -> str | None:
    """A text for *pattern*, with the *nth* choice wherever there are some; None if it is hard."""
    try:
        made = _Maker(pattern.removeprefix("^").removesuffix("$"), nth).alternatives()
    except (IndexError, RecursionError, ValueError):
        return None
    fits: bool = re2.fullmatch(pattern, made) is not None
    return made if fits else None


class _Maker:
    """Reads a pattern once from left to right; raises ValueError where it is beyond this."""

    def __init__(self, pattern: str, nth: int) -> None:
        self.left, self.nth = pattern, nth

    def alternatives(self) -> str:
        """The first of the alternatives up to the end of the group."""
        first = self._sequence()
        while self.left.startswith("|"):
            self._take()
            self._sequence()
        return first

    def _take(self) -> str:
        sign, self.left = self.left[0], self.left[1:]
        return sign

    def _sequence(self) -> str:
        made = ""
        while self.left and self.left[0] not in "|)":
            made += self._repeated(self._one())
            if len(made) > _LONGEST:
                raise ValueError("too long")
        return made

    def _one(self) -> str:
        sign = self._take()
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._chosen(self._members())
        if sign == "\\":
            return self._chosen(_escaped(self._take()))
        if sign in "*+?{^$":
            raise ValueError("nothing to repeat, or a place")
        return self._chosen(_READS_WELL) if sign == "." else sign

    def _group(self) -> str:
        if self.left.startswith("?"):
            if not self.left.startswith("?:"):
                raise ValueError("a group with a flag or a name")
            self.left = self.left[2:]
        made = self.alternatives()
        if self._take() != ")":
            raise ValueError("the group has no end")
        return made

    def _members(self) -> str:
        if self.left.startswith("^"):
            raise ValueError("all but these")
        members = ""
        while (sign := self._take()) != "]" or not members:
            if sign == "\\":
                members += _escaped(self._take())
            elif self.left.startswith("-") and self.left[1] != "]":
                self._take()
                last = self._take()
                members += "".join(s for s in _READS_WELL if sign <= s <= last) or sign
            else:
                members += sign
        return members

    def _chosen(self, members: str) -> str:
        well = sorted(members, key=lambda s: (_READS_WELL + s).index(s))
        return well[self.nth % len(well)]

    def _repeated(self, one: str) -> str:
        if not self.left or self.left[0] not in "*+?{":
            return one
        least = {"*": 1, "+": 1, "?": 0}.get(sign := self._take())
        if least is None:
            inner, _, self.left = self.left.partition("}")
            least = int(inner.partition(",")[0])
        if self.left.startswith("?"):
            self._take()
        if least > _LONGEST:
            raise ValueError("too long")
        return one * (least if sign != "?" else 0)


def _escaped(sign: str) -> str:
    if sign in _CLASSES:
        return _CLASSES[sign]
    if sign.isalnum():
        raise ValueError("a class of its own")
    return sign

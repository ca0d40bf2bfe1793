"""`runbook check`: the checks of a procedure, looked at from a terminal, from cron or in CI.

It looks as the bot does: at the targets of the configuration only, read-only, with the same words.
Nothing is recorded. Exit status: 0 all passed, 1 one failed, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.procedures import CLEAN, REFUSED, UsageError, complain, find, given, pairs, refuse
from bot.core.checks.asking import plan
from bot.core.checks.judging import judge
from bot.core.checks.verdict import Verdict, red
from bot.core.procedure import Check, Procedure, VerifyByCheck, captures_of
from bot.core.procedure.filling import with_defaults
from bot.core.procedure.finding import printable
from bot.core.procedure.using import entries_of, lists_of, used_by_check
from bot.core.run.events import CheckObserved
from bot.core.run.expected import missed, on_board, tolerated
from bot.core.template import fill
from bot.edges.probes import HttpProber, Target, TargetsError, load_targets

LEAST = 1.0
"""The shortest time between two looks, in seconds: a target is not to feel that it is watched."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A check that was looked at: what it is called, how it ended, and how long that took."""

    name: str
    title: str
    target: str
    verdict: Verdict
    why: str
    took: float


def run_check(arguments: argparse.Namespace) -> int:
    """Look at the checks of a procedure, once or again and again; 1 when one fails."""
    try:
        if arguments.every < LEAST:
            raise UsageError(f"--every is {LEAST:g} second at least")  # noqa: TRY301 - told below
        procedure, problems = find(arguments.which)
        if procedure is None:
            return refuse(problems)
        values = _values(procedure, arguments.values)
        names = _chosen(procedure, arguments)
        _all_there(procedure, names, values)
        targets = _targets(arguments.targets)
    except UsageError as error:
        return complain(str(error))
    looking = _Looking(procedure, values, names, as_json=arguments.json)
    try:
        return asyncio.run(looking.watch(targets, arguments))
    except KeyboardInterrupt:
        # Whoever watches ends it so; what was seen last is what there is to say.
        sys.stderr.write("\n")
        return looking.status if arguments.watch and looking.looked else 130


def _values(procedure: Procedure, written: Sequence[str]) -> Mapping[str, str]:
    """What is put into the checks: inputs, and values that steps find, which are typed here."""
    found = {n: s for one in procedure.leaves() for n, s in captures_of(one.step).items()}
    typed = pairs(written)
    inputs = given(procedure, {n: v for n, v in typed.items() if n not in found})
    for name, value in typed.items():
        if name in found and (trouble := found[name].refusal(value)):
            raise UsageError(f"{name} {trouble}")
    return {**with_defaults(procedure, inputs), **{n: v for n, v in typed.items() if n in found}}


def _chosen(procedure: Procedure, arguments: argparse.Namespace) -> Sequence[str]:
    """The checks that are looked at: those that are named, all, or those of the verification."""
    for name in arguments.only:
        if name not in procedure.checks:
            known = ", ".join(procedure.checks) or "none"
            raise UsageError(f"{procedure.id} has no check {name}; it has {known}")
    proof = [line.check for _, line in procedure.lines() if isinstance(line, VerifyByCheck)]
    chosen = arguments.only or (list(procedure.checks) if arguments.all else proof)
    if not chosen:
        raise UsageError(
            f"the verification of {procedure.id} has no check; --all looks at those of its steps"
            if procedure.checks
            else f"{procedure.id} has no checks"
        )
    return list(dict.fromkeys(chosen))


def _all_there(procedure: Procedure, names: Sequence[str], values: Mapping[str, str]) -> None:
    """Refuse to begin without an input that one of the checks uses."""
    for name in names:
        used = used_by_check(procedure.checks[name]) & procedure.inputs.keys()
        if lacking := sorted(used - values.keys()):
            raise UsageError(f"the check {name} needs {lacking[0]}; write {lacking[0]}=…")


def _targets(named: Path | None) -> Mapping[str, Target]:
    told = named or (Path(path) if (path := os.environ.get("RUNBOOK_TARGETS")) else None)
    if told is None:
        raise UsageError("which systems may be asked is in the file of RUNBOOK_TARGETS; name it")
    try:
        return load_targets(told, os.environ)
    except TargetsError as error:
        raise UsageError(str(error)) from None


class _Looking:
    """Looks at some checks of a procedure, and says what came of it."""

    def __init__(
        self,
        procedure: Procedure,
        values: Mapping[str, str],
        names: Sequence[str],
        *,
        as_json: bool,
    ) -> None:
        self._procedure, self._values, self._names = procedure, values, names
        self._json = as_json
        self.looked: Sequence[Looked] = ()

    @property
    def status(self) -> int:
        """The exit status after the last look."""
        return CLEAN if all(one.verdict.green for one in self.looked) else REFUSED

    async def watch(self, targets: Mapping[str, Target], arguments: argparse.Namespace) -> int:
        """Look, and with `--watch` again until the time is over; the exit status of the last."""
        end = time.monotonic() + arguments.for_seconds
        async with HttpProber(targets) as prober:
            while True:
                began = time.monotonic()
                self.looked = await self._look(prober)
                self._say(datetime.now(UTC), watching=arguments.watch)
                pause = began + arguments.every - time.monotonic()
                if not arguments.watch or time.monotonic() + max(pause, 0) >= end:
                    return self.status
                await asyncio.sleep(max(pause, 0))

    async def _look(self, prober: HttpProber) -> Sequence[Looked]:
        """Look at all of them at once; how many are done is told where somebody watches."""
        waited = {asyncio.ensure_future(self._one(prober, name)): name for name in self._names}
        watched = sys.stderr.isatty() and not self._json
        try:
            for done, one in enumerate(asyncio.as_completed(waited)):
                if watched:
                    sys.stderr.write(f"\r{done} of {len(self._names)} checked\x1b[K")
                    sys.stderr.flush()
                await one
        finally:
            for one in waited:
                one.cancel()
            if watched:
                sys.stderr.write("\r\x1b[K")
        return [one.result() for one in waited]

    async def _one(self, prober: HttpProber, name: str) -> Looked:
        check, began = self._procedure.checks[name], time.monotonic()
        verdict = await self._verdict(prober, check)
        seen = CheckObserved(
            request=name, check=name, green=verdict.green, final=True, seen=verdict.seen
        )
        why = (tolerated if verdict.green else missed)(seen, self._procedure)
        title = fill(check.title, self._values)
        took = time.monotonic() - began
        return Looked(name, title, check.target, verdict, on_board(why), took)

    async def _verdict(self, prober: HttpProber, check: Check) -> Verdict:
        own = {*(check.each or {}), *(check.each or {}).values()}
        if lacking := sorted(used_by_check(check) - self._values.keys() - own):
            return red(f"not asked: {', '.join(lacking)} has no value; write {lacking[0]}=…")
        members = entries_of(self._procedure, check, self._values)
        for of in (check.each or {}).values() if members is None else ():
            members = prober.members(check.target, of)
            if members is None:
                return red(f"the target {check.target} has no set `{of}` in the configuration")
        lists = lists_of(self._procedure)
        asked = plan(check, self._values, members, datetime.now(UTC), lists)
        answers = await prober.look(asked)
        return judge(check, self._values, answers)

    def _say(self, at: datetime, *, watching: bool) -> None:
        if self._json:
            # One line for each look, so that what reads it need not wait for the end.
            sys.stdout.write(json.dumps(self._as_json(at), ensure_ascii=False) + "\n")
        else:
            clear = "\x1b[H\x1b[2J" if watching and sys.stdout.isatty() else ""
            sys.stdout.write(clear + "\n".join(self._table(at)) + "\n")
        sys.stdout.flush()

    def _table(self, at: datetime) -> Iterator[str]:
        """A line for each check, and below it why it is as it is."""
        wide = max(len(one.name) for one in self.looked)
        for one in self.looked:
            light = "🟢 passed" if one.verdict.green else "🔴 failed"
            yield printable(f"{light}  {one.name:{wide}}  {one.title} ({one.took:.2f} s)")
            if one.why:
                yield printable(f"           {'':{wide}}  {one.why}")
        passed = sum(one.verdict.green for one in self.looked)
        yield f"{passed} of {len(self.looked)} passed at {at:%H:%M:%S} UTC"

    def _as_json(self, at: datetime) -> dict[str, object]:
        return {
            "procedure": self._procedure.id,
            "at": at.isoformat(timespec="milliseconds"),
            "passed": self.status == CLEAN,
            "checks": [
                {
                    "check": one.name,
                    "title": one.title,
                    "target": one.target,
                    "passed": one.verdict.green,
                    "why": one.why,
                    "seconds": round(one.took, 3),
                    "seen": [seen.model_dump() for seen in one.verdict.seen],
                }
                for one in self.looked
            ],
        }

"""`runbook preview`: a procedure as its author sees it before anyone else does."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

import yaml

from bot.cli.procedures import CLEAN, UsageError, complain, find, given, pairs, refuse
from bot.core.documents.printing import printed
from bot.core.engine.starting import line
from bot.core.markup.faces import TEXT
from bot.core.procedure.example import example
from bot.demo import preview
from bot.demo.processes import StageError
from bot.edges.library import is_procedure

MANIFEST = Path(__file__).resolve().parents[2] / "deploy" / "slack-manifest.yaml"


def run_preview(arguments: argparse.Namespace) -> int:
    """Serve the local workspace with a run of the file, until Ctrl-C; 1 when lint refuses it."""
    try:
        script = _script(arguments)
    except UsageError as error:
        return complain(str(error))
    if isinstance(script, int):
        return script
    data = arguments.data or Path.cwd() / ".demo" / f"preview-{arguments.port}"
    try:
        manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
        asyncio.run(preview.run(arguments.port, data.absolute(), manifest, script))
    except (StageError, OSError) as error:
        sys.stderr.write(f"runbook: {error}\n")
        return 1
    return CLEAN


def _script(arguments: argparse.Namespace) -> preview.Script | int:
    file = Path(arguments.file)
    if not is_procedure(file.name):
        raise UsageError(f"{file} is no file of a procedure; name one that ends in .yaml")
    procedure, problems = find(str(file))
    if procedure is None:
        return refuse(problems)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    values = dict(given(procedure, pairs(arguments.values)))
    made_up = {
        name: made
        for name, spec in procedure.inputs.items()
        if spec.required and name not in values and (made := example(spec)) is not None
    }
    typed = line("start", procedure, values | made_up)
    named = arguments.targets or os.environ.get("RUNBOOK_TARGETS")
    return preview.Script(
        folder=file.absolute().parent,
        procedure_id=procedure.id,
        typed=typed,
        made_up=made_up,
        roles=tuple(procedure.roles),
        targets=Path(named).absolute() if named else None,
        page=printed(TEXT, procedure, values | made_up),
    )

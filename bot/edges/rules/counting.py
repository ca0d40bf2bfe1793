"""Comparing rules with procedures, as one piece of work that another process can do."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.core.coverage import KINDS, Known, covered, gaps
from bot.core.procedure import Procedure
from bot.edges.rules.checkout import checkout, look
from bot.edges.rules.files import RulesError, read_files


def counts(
    paths: Sequence[Path], procedures: Mapping[str, Procedure], targets: Collection[str]
) -> str:
    """What there is and what is not covered, as JSON; or `trouble`, in words."""
    try:
        rules = read_files(paths)
        near = checkout(paths[0])
        known = Known(
            repository=near[1] if near else None,
            there=look(rules.rules, *near) if near else {},
            targets=targets,
        )
    except (RulesError, OSError) as error:
        return json.dumps({"trouble": str(error)})
    found = gaps(rules, procedures, known, datetime.now(UTC).date())
    kinds = Counter(gap.kind.name for gap in found)
    have, alerts = covered(rules, found)
    report = {"covered": have, "alerts": alerts, "gaps": {kind: kinds[kind] for kind in KINDS}}
    return json.dumps(report)

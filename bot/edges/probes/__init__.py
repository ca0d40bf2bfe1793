"""Read-only questions to the systems under repair, over HTTP, to configured targets only.

It may not judge an answer, and no other edge is known here.
"""

from bot.edges.probes.prober import HttpProber
from bot.edges.probes.targets import Target, TargetsError, load_roles, load_targets

__all__ = ["HttpProber", "Target", "TargetsError", "load_roles", "load_targets"]

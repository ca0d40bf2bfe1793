"""How long a test waits for what must happen: as long as any machine may take."""

HANG_S = 120.0
"""After this many seconds something hangs. A busy machine is slow, and that is no fault."""

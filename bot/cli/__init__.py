"""The command line: what `runbook` does."""

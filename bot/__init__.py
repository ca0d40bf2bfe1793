"""A Slack bot that serves runbook procedures."""

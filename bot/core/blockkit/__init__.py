"""Slack's Block Kit, as data: blocks, forms, rich text."""

"""Alerts: what doors hear of other systems, put together into episodes, and shown."""

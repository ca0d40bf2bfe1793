"""What Prometheus and Alertmanager do for a real system, as far as the demo needs it.

It knows an address with metrics, a file of rules and an address to tell; nothing of the bot, and
nothing of the system.
"""

"""The pure heart of the bot: no clock, no socket, no await, no SDK."""

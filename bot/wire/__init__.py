"""What every port of the bot needs, whoever listens there: strangers are bounded and hushed."""

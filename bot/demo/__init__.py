"""What a newcomer and the tests run the bot against; not part of the bot."""

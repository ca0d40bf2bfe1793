"""Words that people type to the bot, read into requests: one grammar, wherever they are typed."""

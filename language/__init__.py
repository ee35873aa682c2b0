"""Chinese text without Rasa: what the bot and the knowledge base both need to read what people write and say."""

"""The editors' side: drafts of knowledge, their review, releases, and the inbox of what the bot did not do well by."""

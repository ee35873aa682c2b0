"""The only public process: channels, conversations, the mode (bot, queued, human), handover, and what pages need."""

"""The agents' side of the desk: their presence, their chats, and what they do in them."""

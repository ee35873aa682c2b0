"""How knowledge changes: drafts, checks, training, publishing, and going back."""

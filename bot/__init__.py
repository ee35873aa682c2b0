"""What Rasa loads: graph components, the channel and the tracker store."""

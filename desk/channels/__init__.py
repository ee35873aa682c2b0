"""How customers reach the desk; channels share everything but rendering and transport."""

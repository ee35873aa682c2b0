"""Figures of what we build, measured by command and written to `docs/`. Nothing imports this room."""

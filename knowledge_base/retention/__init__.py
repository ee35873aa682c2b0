"""Keeping customers (维系挽留): segments, offers, their ranking, what came of them, and the list of who may leave."""

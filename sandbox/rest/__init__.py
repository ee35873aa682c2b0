"""The operator's resources that no TM Forum API suits, and the sandbox's own controls."""

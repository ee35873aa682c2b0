"""The people who work at the desk: their accounts, logins and roles, and what they must answer for."""

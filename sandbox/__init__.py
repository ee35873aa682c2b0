"""A stand-in telecom operator: TM Forum Open APIs v4 over a real database, with a clock and a fault switch."""

"""How the product is installed, started and supervised. Nothing imports this room."""

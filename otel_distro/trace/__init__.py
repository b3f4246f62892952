"""How spans are recorded."""

"""How metrics are recorded."""

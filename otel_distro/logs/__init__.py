"""How log records are recorded."""

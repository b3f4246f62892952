"""One trace as the backends have it, in one form, for the stack's commands."""

"""How each component of the stack is run, and when it is able to serve."""

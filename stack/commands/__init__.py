"""What a person types; each command is a function of the terminal that returns its exit status."""

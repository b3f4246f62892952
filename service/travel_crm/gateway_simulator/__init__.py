"""A payment provider to develop against: it moves no money and fails as it is told to."""

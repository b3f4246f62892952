"""How delivery fares beside upstream's exporters: at exit, in an outage, and under load."""

"""Plays an agency's days against a running stack, and knows afterwards what the metrics must say of them."""

"""Keeps the components alive: supervisord, its configuration, and what is done with it."""

"""Builds the components from their recipes into a cache outside the checkout."""

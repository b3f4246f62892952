"""HTTP: what the outside sees of the Travel CRM."""

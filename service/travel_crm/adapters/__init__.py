"""The technologies behind the domain: document store, cache, queue, mail."""

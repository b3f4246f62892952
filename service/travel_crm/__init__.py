"""The Travel CRM: its API, its domain and its worker."""

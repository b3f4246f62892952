"""What the Travel CRM is about, free of any technology."""

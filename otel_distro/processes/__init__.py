"""What each process of an application is for, who it is, and how it ends."""

"""The server edge: what happens where an HTTP request or WebSocket enters the application."""

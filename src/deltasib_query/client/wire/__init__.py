"""One call over HTTP: its request, login, retries and response."""

"""One call over HTTP: requests, responses, the session, retries, timeouts."""

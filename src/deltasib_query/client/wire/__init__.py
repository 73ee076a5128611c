"""One call over HTTP: requests, responses, logins, retries."""

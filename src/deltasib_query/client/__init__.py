"""The web service over HTTP: what is asked and answered (sans-IO), which page comes next, and the client."""

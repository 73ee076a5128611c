"""The web service over HTTP: the clients, their requests and responses, and the pages of long lists."""

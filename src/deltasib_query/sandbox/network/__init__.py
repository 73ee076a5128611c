"""Sockets: the HTTP server, the relay that breaks connections, the certificate for https."""

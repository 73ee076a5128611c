"""The service as the guide documents it, as data: its objects, its actions, their parameters."""

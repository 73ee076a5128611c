"""The vendor's guide as data: the objects of the service, its actions, their parameters."""

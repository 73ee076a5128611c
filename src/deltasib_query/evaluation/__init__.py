"""Which rows a filter selects, as the service's database compares them."""

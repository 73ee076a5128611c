"""Many requests for one list: pages by offset, pages by key, and tokens to resume them."""

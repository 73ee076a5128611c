"""Help at the keyboard: labels of what a filter is made of, and what a filter says in plain words."""

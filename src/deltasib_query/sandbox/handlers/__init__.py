"""What each documented action does: one function per action, from a `Call` to the data of its response."""

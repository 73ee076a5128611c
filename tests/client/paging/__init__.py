"""Many calls: lists and scans, page by page."""

"""What the service documents: its objects, their fields, and what each kind of field takes."""

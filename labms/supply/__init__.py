"""What bodies can do and have done, those that work without labms included."""

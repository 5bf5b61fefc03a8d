"""Approving and issuing by the hundred, each item by itself."""

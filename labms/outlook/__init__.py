"""What next: what to buy, where figures are heading, where to go and verify."""

"""What the laboratory may verify, how, and what the law says: the catalogue."""

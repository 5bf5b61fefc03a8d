"""What an operator does: make, upgrade, back up, restore and check an instance."""

"""Golden numbers: worked examples of the literature, computed anew."""

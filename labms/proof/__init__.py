"""The public log of what happens to documents: a Merkle tree that only grows."""

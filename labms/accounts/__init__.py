"""Who signs in, with which roles; sessions that die at logout."""

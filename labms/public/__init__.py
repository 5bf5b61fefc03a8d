"""Look-up without signing in."""

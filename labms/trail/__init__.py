"""The trail as people read it: what happened to what, in words."""

"""Trying procedures with instruments before anybody measures by them."""

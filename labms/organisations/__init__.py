"""Enterprises, verification bodies with their designations and scopes, authorities."""

"""Provinces and communes, and what became of them in 2025."""

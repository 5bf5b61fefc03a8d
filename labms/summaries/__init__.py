"""Figures of the dashboard, kept and counted anew only where something changed."""

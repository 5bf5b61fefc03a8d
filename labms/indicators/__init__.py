"""Figures for the plan; reads everything, changes nothing."""

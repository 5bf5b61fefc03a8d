"""Work on the annex's tasks: years, money, purchases, trainings, support, criteria."""

"""Documents that there is a doubt about, alone or all that rest on a bad standard."""

"""What ought to be verified in the province, by place and year."""

"""What is to be done before a new instance can certify anything."""

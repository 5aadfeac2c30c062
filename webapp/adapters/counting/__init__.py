"""What is counted of somebody, in this process or in Redis for all of them."""

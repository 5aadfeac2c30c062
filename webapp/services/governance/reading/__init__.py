"""What do people see of change requests: which there are, which wait for whom, and what one of them would do?"""

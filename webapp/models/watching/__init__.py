"""What is counted beforehand, because to count it for each look would take too long?"""

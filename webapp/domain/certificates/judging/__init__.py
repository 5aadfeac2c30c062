"""What is said of a judgement, whoever passes it?"""

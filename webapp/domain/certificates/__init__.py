"""What is a certificate, which states has it, and what moves it from one to the next?"""

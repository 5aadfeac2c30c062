"""The first hour in words: what each step is for, how it is taken, and by what it is recognised."""

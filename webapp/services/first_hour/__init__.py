"""The first hour: what leads from an empty installation to its first certificate?"""

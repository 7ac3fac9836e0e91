"""Backup, restore and upgrade: what the commands of these names do, step by step."""

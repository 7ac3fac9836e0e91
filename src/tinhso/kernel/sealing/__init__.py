"""Sealing the audit trail so that a change shows, even one made by the database's superuser."""

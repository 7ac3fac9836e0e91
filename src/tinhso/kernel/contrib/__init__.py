"""Adapters of the kernel to the outside: malware scanners and SMS gateways."""

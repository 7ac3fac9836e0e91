"""Keys in files on this machine: for one machine, tests and the development authority."""

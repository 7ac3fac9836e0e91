"""What `tinhso init --production` does: asks, refuses, writes, prepares."""

"""Paper: HTML becomes PDF/A-3u; QR codes."""

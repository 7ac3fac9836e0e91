"""Keys on a token or in a hardware security module, by PKCS#11."""

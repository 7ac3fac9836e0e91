"""Keys at a remote signing service (Cloud Signature Consortium API, version 2)."""

"""What `tinhso doctor` looks at: each check says what it found and, when it is not well, how to mend it."""

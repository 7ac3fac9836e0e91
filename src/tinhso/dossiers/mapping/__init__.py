"""Process maps: computed in the database from the control sheets (`computing`), read as a graph (`reading`)."""

"""One named function per e-mail."""

"""The e-mails about an account, one function each."""

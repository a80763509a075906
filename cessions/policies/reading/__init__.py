"""What of the words of a document answers to the file of a case (D5): pure functions of values."""

"""What is asked, checked and prepared for counting; the user's table enters here."""

"""Other chat servers, to compare muca with."""

"""User interfaces. The part that they share has no widgets and is tested without a screen."""

"""Faces: what people see. What every face shares has no widgets in it and is tested without a screen."""

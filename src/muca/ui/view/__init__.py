"""The view-model that the Python interfaces share: pure, without widgets or files."""

class SearchError(Exception):
    """Base of this room's errors."""


class SearchUnavailable(SearchError):
    """The engine cannot answer now."""


class EncoderUnavailable(SearchError):
    """A phrase cannot be embedded now."""

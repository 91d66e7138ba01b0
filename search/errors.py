class SearchError(Exception):
    """Base of this room's errors."""


class SearchUnavailable(SearchError):
    """The engine cannot answer now."""


class EncoderUnavailable(SearchError):
    """A phrase cannot be embedded now."""


class IndexMissing(SearchUnavailable):
    """There is no index, or it was made by other code or another model; it can be made again from the database."""

class SearchError(Exception):
    """Base of this room's errors."""


class SearchUnavailable(SearchError):
    """The engine cannot answer now."""


class EncoderUnavailable(SearchError):
    """A phrase cannot be embedded now."""


class DocumentRefused(SearchUnavailable):
    """A document is such that the engine cannot keep it; trying again will not help."""


class IndexMissing(SearchUnavailable):
    """There is no index, or it was made by other code or another model; it can be made again from the database."""


class RebuildRunning(SearchUnavailable):
    """Somebody is making the index anew; its message says who, since when and how far they are."""


class RebuildTakenOver(SearchUnavailable):
    """This rebuild gave no sign for so long that another has gone on with it."""


class AdvertTooLong(SearchError):
    """An advert has more characters than the parser reads."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(
            f"The advert has {length:,} characters; the limit is {limit:,}. Cut it down to the text of one vacancy."
        )
        self.length = length
        self.limit = limit


class ParserUntrained(SearchError):
    """The parser's weights were made with other cues or another encoder."""

    def __init__(self) -> None:
        super().__init__("The advert parser must be trained again: manage.py train_advert_parser FOLDER")

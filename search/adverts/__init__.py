"""The advert parser: an advert as found in, a title, requirement lines and credentials out."""

from search.adverts.lines import AdvertCredential, AdvertLine, ParsedAdvert
from search.adverts.parsing import parse_advert

__all__ = ["AdvertCredential", "AdvertLine", "ParsedAdvert", "parse_advert"]

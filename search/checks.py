from django.conf import settings
from django.core.checks import Error, register

ENGINES = ("embedded",)


@register("search")
def engine_is_known(app_configs, **kwargs):
    if settings.SEARCH_ENGINE in ENGINES:
        return []
    return [
        Error(
            f'SEARCH_ENGINE is "{settings.SEARCH_ENGINE}", which no engine is called.',
            hint=f"Set it to one of: {', '.join(ENGINES)}.",
            id="search.E001",
        )
    ]

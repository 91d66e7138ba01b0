"""What a site in service lacks, named by `manage.py check --deploy`; search/checks.py says it of the engine."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.db import connection
from django.http.request import validate_host

TAG = "service"
HERE = {"127.0.0.1", "localhost", "::1"}


@register(TAG, deploy=True)
def parts_are_there(app_configs, **kwargs) -> list[CheckMessage]:
    found = []
    if connection.vendor == "sqlite":
        message = "The database is SQLite: one machine, one writer at a time."
        found.append(Warning(message, hint="Set DATABASE_URL to a PostgreSQL database.", id="throughgate.W001"))
    if not settings.CELERY_BROKER_URL:
        message = "There is no broker: whoever saves something waits until the index has it, and no clock runs."
        hint = "Set CELERY_BROKER_URL to a Redis, and start a worker and beat (docs/operations.md)."
        found.append(Warning(message, hint=hint, id="throughgate.W002"))
    if not settings.CACHE_URL:
        message = "Each process remembers by itself: wrong tries at signing in are counted for each of them."
        found.append(Warning(message, hint="Set CACHE_URL to a Redis.", id="throughgate.W003"))
    return found


@register(TAG, deploy=True)
def encoder_is_where_it_belongs(app_configs, **kwargs) -> list[CheckMessage]:
    if settings.ENCODER == "here" and settings.CELERY_BROKER_URL:
        message = "ENCODER is here: every process that shows pages loads the model, some hundred megabytes each."
        return [Warning(message, hint="Leave ENCODER out, or set it to workers.", id="throughgate.W004")]
    if settings.ENCODER == "workers" and not settings.CELERY_BROKER_URL:
        message = "ENCODER is workers, and without a broker there are none."
        return [Warning(message, hint="Set CELERY_BROKER_URL, or ENCODER to here.", id="throughgate.W005")]
    return []


@register(TAG, deploy=True)
def site_knows_its_own_address(app_configs, **kwargs) -> list[CheckMessage]:
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    if "*" in settings.ALLOWED_HOSTS:
        message = "ALLOWED_HOSTS holds *: the site answers to names that are not its own."
        return [Warning(message, hint="List the names it has.", id="throughgate.W006")]
    if address.scheme == "https" and validate_host(address.hostname or "", settings.ALLOWED_HOSTS):
        return []
    message = f'BASE_URL is "{settings.WAGTAILADMIN_BASE_URL}": links in e-mails would lead nowhere.'
    hint = "Set it to https:// and a name that is in ALLOWED_HOSTS."
    return [Warning(message, hint=hint, id="throughgate.W007")]


@register(TAG, deploy=True)
def mail_can_be_answered_for(app_configs, **kwargs) -> list[CheckMessage]:
    found = []
    if "@localhost" in settings.DEFAULT_FROM_EMAIL:
        message = f'Mail says that it comes from "{settings.DEFAULT_FROM_EMAIL}": others will not take it.'
        hint = "Set DEFAULT_FROM_EMAIL to an address of this site."
        found.append(Warning(message, hint=hint, id="throughgate.W008"))
    is_open = not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    if is_open and settings.EMAIL_HOST not in HERE and settings.EMAIL_HOST_PASSWORD:
        message = "The password of the mail server goes over the network unencrypted."
        found.append(Warning(message, hint="Write EMAIL_URL as smtp+tls:// or smtp+ssl://.", id="throughgate.W009"))
    return found

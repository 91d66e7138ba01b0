def site(request):
    """What every page's frame needs."""
    return {}

from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from search.views.staff import PERMISSION


class IndexItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm(PERMISSION)


@hooks.register("register_admin_menu_item")
def link_to_index():
    return IndexItem(_("The search index"), reverse("search:index_health"), icon_name="search", order=9000)


@hooks.register("register_permissions")
def permission_for_groups():
    """So that a group can be given it in the editors' interface."""
    app, codename = PERMISSION.split(".")
    return Permission.objects.filter(content_type__app_label=app, codename=codename)

from django.urls import path

from cms import views

app_name = "cms"
urlpatterns = [
    path("search/", views.PageSearch.as_view(), name="search"),
]

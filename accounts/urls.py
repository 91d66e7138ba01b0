from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("start/", views.Start.as_view(), name="start"),
    path("language/", views.Language.as_view(), name="language"),
]

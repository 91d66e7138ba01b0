from django.urls import path

from candidates import views

app_name = "candidates"
# A path with a fixed word stands before <reference>, or the reference would take it.
urlpatterns = [
    path("", views.Caseload.as_view(), name="caseload"),
    path("me/", views.MyStory.as_view(), name="my_story"),
    path("me/facts/", views.MyFacts.as_view(), name="my_facts"),
    path("me/lines/<int:pk>/remove/", views.MyLineRemove.as_view(), name="remove_my_line"),
    path("me/lines/<int:pk>/months/", views.MyLineMonths.as_view(), name="my_line_months"),
    path("<slug:reference>/", views.CandidateDetail.as_view(), name="detail"),
    path("<slug:reference>/facts/", views.CandidateFacts.as_view(), name="facts"),
    path("<slug:reference>/lines/<int:pk>/remove/", views.LineRemove.as_view(), name="remove_line"),
    path("<slug:reference>/lines/<int:pk>/months/", views.LineMonths.as_view(), name="line_months"),
]

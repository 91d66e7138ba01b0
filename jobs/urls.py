from django.urls import path

from jobs.views import visitor

app_name = "jobs"
# A path with a fixed word stands before <slug>, or the slug would take it.
urlpatterns = [
    path("", visitor.JobList.as_view(), name="list"),
    path("<slug:slug>/", visitor.JobDetail.as_view(), name="detail"),
]

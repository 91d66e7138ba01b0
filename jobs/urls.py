from django.urls import path

from jobs.views import employer, visitor

app_name = "jobs"
# A path with a fixed word stands before <slug>, or the slug would take it.
urlpatterns = [
    path("", visitor.JobList.as_view(), name="list"),
    path("mine/", employer.MyJobs.as_view(), name="mine"),
    path("<slug:slug>/edit/", employer.JobEdit.as_view(), name="edit"),
    path("<slug:slug>/publish/", employer.JobPublish.as_view(), name="publish"),
    path("<slug:slug>/close/", employer.JobClose.as_view(), name="close"),
    path("<slug:slug>/", visitor.JobDetail.as_view(), name="detail"),
]

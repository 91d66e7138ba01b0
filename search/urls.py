from django.urls import path

from search.views import adviser, candidate, employer, staff

app_name = "search"
urlpatterns = [
    path("openings/", candidate.MyOpenings.as_view(), name="my_openings"),
    path("openings/not-yet/", candidate.MyStopped.as_view(), name="my_stopped"),
    path("openings/answers/<int:pk>/", candidate.Answer.as_view(), name="answer"),
    path("adviser/jobs/", adviser.AdviserJobs.as_view(), name="adviser_jobs"),
    path("adviser/jobs/<slug:slug>/", adviser.JobCandidates.as_view(), name="job_candidates"),
    path("adviser/jobs/<slug:slug>/stopped/", adviser.JobStopped.as_view(), name="job_stopped"),
    path("adviser/jobs/<slug:slug>/<slug:reference>/", adviser.Pair.as_view(), name="pair"),
    path("adviser/jobs/<slug:slug>/<slug:reference>/put-forward/", adviser.PutForward.as_view(), name="put_forward"),
    path("adviser/jobs/<slug:slug>/<slug:reference>/take-off/", adviser.TakeOff.as_view(), name="take_off"),
    path("adviser/candidates/<slug:reference>/jobs/", adviser.CandidateJobs.as_view(), name="candidate_jobs"),
    path("jobs/post/", employer.PostJob.as_view(), name="post_job"),
    path("jobs/<slug:slug>/lines/", employer.EditLines.as_view(), name="edit_lines"),
    path("staff/index/", staff.IndexHealth.as_view(), name="index_health"),
    path("staff/index/retry/", staff.RetryParked.as_view(), name="index_retry"),
]

"""The closed lists that the prison service's own job services use. Their codes are kept, their labels are ours.

Source: hmpps-jobs-board-ui and hmpps-ciag-careers-induction-ui, MIT, Crown copyright.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sector(models.TextChoices):
    """What kind of work: said of a job, and of what a candidate wants."""

    OUTDOOR = "OUTDOOR", _("Animal care and farming")
    CLEANING_AND_MAINTENANCE = "CLEANING_AND_MAINTENANCE", _("Cleaning and maintenance")
    CONSTRUCTION = "CONSTRUCTION", _("Construction and trade")
    DRIVING = "DRIVING", _("Driving and transport")
    BEAUTY = "BEAUTY", _("Hair, beauty and wellbeing")
    HOSPITALITY = "HOSPITALITY", _("Hospitality and catering")
    TECHNICAL = "TECHNICAL", _("IT and digital")
    MANUFACTURING = "MANUFACTURING", _("Manufacturing and technical")
    OFFICE = "OFFICE", _("Office or desk-based")
    RETAIL = "RETAIL", _("Retail and sales")
    SPORTS = "SPORTS", _("Sport and fitness")
    WAREHOUSING = "WAREHOUSING", _("Warehousing and storage")
    EDUCATION_TRAINING = "EDUCATION_TRAINING", _("Training and support")
    WASTE_MANAGEMENT = "WASTE_MANAGEMENT", _("Waste management")
    OTHER = "OTHER", _("Other")


class Hours(models.TextChoices):
    FULL_TIME = "FULL_TIME", _("Full time")
    FULL_TIME_40_PLUS = "FULL_TIME_40_PLUS", _("Full time, over 40 hours")
    PART_TIME = "PART_TIME", _("Part time")
    ZERO_HOURS = "ZERO_HOURS", _("Zero hours")


class WorkPattern(models.TextChoices):
    STANDARD_WEEKDAYS = "STANDARD_WEEKDAYS", _("Weekdays")  # ours: the source list has no plain week
    ANNUALISED_HOURS = "ANNUALISED_HOURS", _("Annualised hours")
    COMPRESSED_HOURS = "COMPRESSED_HOURS", _("Compressed hours")
    FLEXI_TIME = "FLEXI_TIME", _("Flexitime")
    FLEXIBLE_SHIFTS = "FLEXIBLE_SHIFTS", _("Shifts")
    JOB_SHARE = "JOB_SHARE", _("Job share")
    STAGGERED_HOURS = "STAGGERED_HOURS", _("Staggered hours")
    TERM_TIME_HOURS = "TERM_TIME_HOURS", _("Term time only")
    UNSOCIABLE_HOURS = "UNSOCIABLE_HOURS", _("Nights or weekends")


class ContractType(models.TextChoices):
    PERMANENT = "PERMANENT", _("Permanent")
    TEMPORARY = "TEMPORARY", _("Temporary")
    FIXED_TERM_CONTRACT = "FIXED_TERM_CONTRACT", _("Fixed term")
    SELF_EMPLOYMENT = "SELF_EMPLOYMENT", _("Self-employed")


class BaseLocation(models.TextChoices):
    WORKPLACE = "WORKPLACE", _("At the workplace")
    HYBRID = "HYBRID", _("Part at home")
    REMOTE = "REMOTE", _("At home")


class SalaryPeriod(models.TextChoices):
    PER_HOUR = "PER_HOUR", _("an hour")
    PER_DAY = "PER_DAY", _("a day")
    PER_WEEK = "PER_WEEK", _("a week")
    PER_FORTNIGHT = "PER_FORTNIGHT", _("a fortnight")
    PER_MONTH = "PER_MONTH", _("a month")
    PER_YEAR = "PER_YEAR", _("a year")
    PER_YEAR_PRO_RATA = "PER_YEAR_PRO_RATA", _("a year, pro rata")


class PrisonWork(models.TextChoices):
    """Work done in prison."""

    CLEANING_AND_HYGIENE = "CLEANING_AND_HYGIENE", _("Cleaning and hygiene")
    COMPUTERS_OR_DESK_BASED = "COMPUTERS_OR_DESK_BASED", _("Computers or desk-based")
    GARDENING_AND_OUTDOORS = "GARDENING_AND_OUTDOORS", _("Gardening and outdoors")
    KITCHENS_AND_COOKING = "KITCHENS_AND_COOKING", _("Kitchens and cooking")
    MAINTENANCE = "MAINTENANCE", _("Maintenance")
    PRISON_LAUNDRY = "PRISON_LAUNDRY", _("Prison laundry")
    PRISON_LIBRARY = "PRISON_LIBRARY", _("Prison library")
    TEXTILES_AND_SEWING = "TEXTILES_AND_SEWING", _("Textiles and sewing")
    WELDING_AND_METALWORK = "WELDING_AND_METALWORK", _("Welding and metalwork")
    WOODWORK_AND_JOINERY = "WOODWORK_AND_JOINERY", _("Woodwork and joinery")
    OTHER = "OTHER", _("Other")


class PersonalSkill(models.TextChoices):
    """What a person says of themselves."""

    COMMUNICATION = "COMMUNICATION", _("Communication")
    POSITIVE_ATTITUDE = "POSITIVE_ATTITUDE", _("Positive attitude")
    RESILIENCE = "RESILIENCE", _("Resilience")
    SELF_MANAGEMENT = "SELF_MANAGEMENT", _("Self-management")
    TEAMWORK = "TEAMWORK", _("Teamwork")
    THINKING_AND_PROBLEM_SOLVING = "THINKING_AND_PROBLEM_SOLVING", _("Thinking and problem-solving")
    WILLINGNESS_TO_LEARN = "WILLINGNESS_TO_LEARN", _("Willingness to learn")
    OTHER = "OTHER", _("Other")

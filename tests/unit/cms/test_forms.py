from django import forms
from django.template.loader import render_to_string


class Everything(forms.Form):
    name = forms.CharField(help_text="As on <your> badge")
    kind = forms.ChoiceField(choices=[("", "—"), ("a", "First"), ("b", "Second")], widget=forms.RadioSelect)
    note = forms.CharField(widget=forms.Textarea, required=False)
    agree = forms.BooleanField()


def test_a_field_points_to_its_hint_and_its_error():
    html = str(Everything({})["name"].as_field_group())
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert "govuk-input--error" in html
    assert "As on &lt;your&gt; badge" in html


def test_a_sound_field_has_no_error():
    html = str(Everything({"name": "Sam"})["name"].as_field_group())
    assert "error" not in html
    assert 'value="Sam"' in html


def test_radios_stand_in_a_fieldset_without_the_empty_choice():
    html = str(Everything()["kind"].as_field_group())
    assert "<legend" in html
    assert html.count("govuk-radios__input") == 2
    assert html.count("<label") == 2


def test_the_whole_form_is_drawn_with_the_components():
    html = str(Everything())
    assert html.count("govuk-form-group") == 4
    assert "govuk-textarea" in html
    assert "govuk-checkboxes__input" in html


def test_the_error_summary_links_to_each_field():
    html = render_to_string("components/error_summary.html", {"form": Everything({})})
    assert 'href="#id_name"' in html
    assert 'href="#id_agree"' in html
    assert "id_note" not in html


def test_no_errors_no_summary():
    assert "summary" not in render_to_string("components/error_summary.html", {"form": Everything()})

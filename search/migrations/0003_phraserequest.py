from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0002_indexbuild"),
    ]

    operations = [
        migrations.CreateModel(
            name="PhraseRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("texts", models.JSONField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]

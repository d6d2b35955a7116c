"""All tables, as one migration while nothing is released."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import sessions_app.models.course
import sessions_app.models.participant
import sessions_app.models.webhook


class Migration(migrations.Migration):
    initial = True

    # A database of an older checkout has these; what is in between cannot be taken over.
    replaces = [
        ("sessions_app", "0001_people_classes_minutes"),
        ("sessions_app", "0002_api_tokens"),
        ("sessions_app", "0003_policy_and_audit"),
        ("sessions_app", "0004_minutes_counted"),
        ("sessions_app", "0005_audit_of_accounts"),
        ("sessions_app", "0006_interrupted_minutes"),
        ("sessions_app", "0007_signed_in_students"),
        ("sessions_app", "0008_no_class_sums"),
        ("sessions_app", "0009_invitations_by_hash"),
        ("sessions_app", "0010_access_that_ends"),
        ("sessions_app", "0011_leave_no_deleted_bytes"),
        ("sessions_app", "0012_what_was_read"),
        ("sessions_app", "0013_rough_counts_and_a_status_per_signal"),
        ("sessions_app", "0014_long_meeting_links"),
        ("sessions_app", "0015_one_cookie_for_all_classes"),
        ("sessions_app", "0016_where_the_school_is_is_declared"),
        ("sessions_app", "0017_one_press_one_row"),
        ("sessions_app", "0018_audit_of_resets"),
        ("sessions_app", "0019_list_by_the_day_of_the_lesson"),
        ("sessions_app", "0020_sign_in_hash"),
        ("sessions_app", "0002_lasting_links"),
        ("sessions_app", "0003_groups_and_statements"),
        ("sessions_app", "0004_pulse_answers"),
        ("sessions_app", "0005_marks"),
        ("sessions_app", "0006_class_notes"),
        ("sessions_app", "0007_words_of_the_policy"),
        ("sessions_app", "0008_lesson_figures"),
        ("sessions_app", "0009_topics"),
        ("sessions_app", "0010_pulse_choices"),
        ("sessions_app", "0011_co_teachers"),
        ("sessions_app", "0012_mails"),
        ("sessions_app", "0013_reports"),
        ("sessions_app", "0014_reports_by_mail"),
        ("sessions_app", "0015_webhooks"),
        ("sessions_app", "0016_planned_lessons"),
        ("sessions_app", "0017_saved_views"),
        ("sessions_app", "0018_weekly_digest"),
        ("sessions_app", "0019_students_see"),
        ("sessions_app", "0020_read_on_devices"),
        ("sessions_app", "0021_replies"),
        ("sessions_app", "0022_webhook_kind"),
        ("sessions_app", "0023_where_a_minute_was_read"),
        ("sessions_app", "0024_questions"),
        ("sessions_app", "0025_alerts"),
        ("sessions_app", "0026_marks_version"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClassSession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("meeting_url", models.URLField(blank=True, max_length=2000)),
                (
                    "join_code",
                    models.CharField(
                        default=sessions_app.models.course.new_join_code,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "frame_interval_ms",
                    models.PositiveIntegerField(
                        default=2000,
                        validators=[
                            django.core.validators.MinValueValidator(1000),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                    ),
                ),
                ("pulse_on", models.BooleanField(default=True)),
                ("expression_on", models.BooleanField(default=True)),
                (
                    "signed_in_only",
                    models.BooleanField(db_default=False, default=False),
                ),
                ("students_see", models.BooleanField(db_default=False, default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Not started"),
                            ("live", "Live"),
                            ("paused", "Paused"),
                            ("ending", "Ending"),
                            ("ended", "Ended"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now
                    ),
                ),
                ("planned_at", models.DateTimeField(blank=True, null=True)),
                ("planned_end_at", models.DateTimeField(blank=True, null=True)),
                ("plan_version", models.PositiveIntegerField(db_default=0, default=0)),
                ("series", models.UUIDField(blank=True, db_index=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "held_at",
                    models.GeneratedField(
                        db_index=True,
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Coalesce(
                            "started_at", "created_at"
                        ),
                        output_field=models.DateTimeField(),
                    ),
                ),
                ("window_s", models.PositiveIntegerField(default=60)),
                (
                    "pulse_choices",
                    models.JSONField(blank=True, editable=False, null=True),
                ),
                ("closed_through", models.IntegerField(default=-1)),
                ("min_group", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("kept_days", models.PositiveIntegerField(blank=True, null=True)),
                ("device_only", models.BooleanField(db_default=False, default=False)),
                (
                    "note",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=2000
                    ),
                ),
                ("agenda", models.JSONField(blank=True, db_default=[], default=list)),
                ("marks_version", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "recording_url",
                    models.URLField(
                        blank=True, db_default="", default="", max_length=2000
                    ),
                ),
                ("recording_offset_s", models.IntegerField(db_default=0, default=0)),
            ],
            options={
                "ordering": ["-held_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Press",
            fields=[
                (
                    "digest",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("made", models.CharField(max_length=36)),
                (
                    "at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last login"
                    ),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=100)),
                (
                    "role",
                    models.CharField(
                        choices=[("teacher", "Teacher"), ("admin", "Admin")],
                        default="teacher",
                        max_length=10,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "language",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=10
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=64
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now),
                ),
                (
                    "mails_reports",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        verbose_name="reports by e-mail",
                    ),
                ),
                (
                    "mails_digest",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        verbose_name="summary of the week by e-mail",
                    ),
                ),
                (
                    "sees_alerts",
                    models.BooleanField(
                        db_default=True, default=True, verbose_name="alerts in lessons"
                    ),
                ),
                ("digest_week", models.DateField(blank=True, null=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "digest",
                    models.CharField(max_length=128, primary_key=True, serialize=False),
                ),
                ("token_key", models.CharField(db_index=True, max_length=25)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("expiry", models.DateTimeField(blank=True, null=True)),
                ("name", models.CharField(max_length=80)),
                (
                    "scope",
                    models.CharField(
                        choices=[("read", "Read"), ("write", "Read and write")],
                        default="read",
                        max_length=5,
                    ),
                ),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="auth_token_set",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created"],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("actor", models.CharField(blank=True, max_length=254)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("viewed", "Viewed"),
                            ("exported", "Exported"),
                            ("policy", "Changed the policy"),
                            ("made", "Created"),
                            ("changed", "Changed"),
                            ("started", "Started"),
                            ("paused", "Paused"),
                            ("resumed", "Resumed"),
                            ("ended", "Ended"),
                            ("deleted", "Deleted"),
                            ("revoked", "Revoked"),
                            ("logged_in", "Logged in"),
                            ("logged_out", "Logged out"),
                            ("refused", "Log-in refused"),
                            ("password", "Chose a new password"),
                            ("asked", "Asked for a new password"),
                        ],
                        max_length=12,
                    ),
                ),
                ("object_id", models.CharField(blank=True, max_length=36)),
                ("detail", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "verbose_name_plural": "audit entries",
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="newest_audit"),
                    models.Index(fields=["actor", "-at"], name="audit_of_actor"),
                    models.Index(fields=["object_id", "-at"], name="audit_of_object"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "action__in",
                                [
                                    "viewed",
                                    "exported",
                                    "policy",
                                    "made",
                                    "changed",
                                    "started",
                                    "paused",
                                    "resumed",
                                    "ended",
                                    "deleted",
                                    "revoked",
                                    "logged_in",
                                    "logged_out",
                                    "refused",
                                    "password",
                                    "asked",
                                ],
                            )
                        ),
                        name="known_audit_action",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("join_links", models.BooleanField(default=False)),
                ("meeting_links", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feeds",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LessonFigures",
            fields=[
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="figures",
                        serialize=False,
                        to="sessions_app.classsession",
                    ),
                ),
                ("minutes", models.PositiveIntegerField(default=0)),
                ("expression_released", models.PositiveIntegerField(default=0)),
                ("expression_too_few", models.PositiveIntegerField(default=0)),
                ("expression_paused", models.PositiveIntegerField(default=0)),
                ("expression_interrupted", models.PositiveIntegerField(default=0)),
                ("expression_off", models.PositiveIntegerField(default=0)),
                ("pulse_released", models.PositiveIntegerField(default=0)),
                ("pulse_too_few", models.PositiveIntegerField(default=0)),
                ("pulse_paused", models.PositiveIntegerField(default=0)),
                ("pulse_interrupted", models.PositiveIntegerField(default=0)),
                ("pulse_off", models.PositiveIntegerField(default=0)),
                ("groups_pleased", models.FloatField(default=0)),
                ("groups_calm", models.FloatField(default=0)),
                ("groups_strained", models.FloatField(default=0)),
                ("expression_size", models.PositiveIntegerField(default=0)),
                ("expression_noise", models.FloatField(default=0)),
                ("pulse_lost", models.FloatField(default=0)),
                ("pulse_too_fast", models.FloatField(default=0)),
                ("pulse_ok", models.FloatField(default=0)),
                ("pulse_too_slow", models.FloatField(default=0)),
                ("pulse_no_answer", models.FloatField(default=0)),
                ("answers_lost", models.FloatField(default=0)),
                ("answers_too_fast", models.FloatField(default=0)),
                ("answers_ok", models.FloatField(default=0)),
                ("answers_too_slow", models.FloatField(default=0)),
                ("pulse_size", models.PositiveIntegerField(default=0)),
                ("pulse_noise", models.FloatField(default=0)),
                ("coverage_few", models.PositiveIntegerField(default=0)),
                ("coverage_half", models.PositiveIntegerField(default=0)),
                ("coverage_most", models.PositiveIntegerField(default=0)),
                ("unusual", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="report",
                        serialize=False,
                        to="sessions_app.classsession",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("making", "Being made"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("time_zone", models.CharField(max_length=64)),
                (
                    "language",
                    models.CharField(
                        db_default="en-gb", default="en-gb", max_length=10
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(null=True)),
                ("announced_at", models.DateTimeField(null=True)),
                (
                    "problem",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("slow", "Drawing the PDF took too long."),
                            (
                                "broken",
                                "The PDF could not be drawn; the server's log says why.",
                            ),
                            (
                                "gone",
                                "The server ended each time while it drew the PDF.",
                            ),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="classsession",
            name="teacher",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="class_sessions",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="ClassMinute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("index", models.PositiveIntegerField()),
                ("starts_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("released", "Released"),
                            ("too_few", "Too few students"),
                            ("paused", "Paused"),
                            ("interrupted", "Interrupted"),
                            ("off", "Not used"),
                        ],
                        max_length=11,
                    ),
                ),
                ("size", models.PositiveIntegerField(null=True)),
                ("groups", models.JSONField(null=True)),
                ("groups_band", models.JSONField(null=True)),
                ("shares", models.JSONField(null=True)),
                ("band", models.JSONField(null=True)),
                ("valence", models.FloatField(null=True)),
                ("valence_band", models.FloatField(null=True)),
                ("statement", models.CharField(blank=True, max_length=24)),
                ("unusual", models.BooleanField(default=False)),
                (
                    "pulse_status",
                    models.CharField(
                        choices=[
                            ("released", "Released"),
                            ("too_few", "Too few students"),
                            ("paused", "Paused"),
                            ("interrupted", "Interrupted"),
                            ("off", "Not used"),
                        ],
                        default="off",
                        max_length=11,
                    ),
                ),
                ("pulse", models.JSONField(null=True)),
                ("pulse_band", models.JSONField(null=True)),
                ("pulse_size", models.PositiveIntegerField(null=True)),
                ("answers", models.JSONField(null=True)),
                ("answers_band", models.JSONField(null=True)),
                ("pulse_statement", models.CharField(blank=True, max_length=24)),
                (
                    "coverage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("few", "Few"),
                            ("half", "About half"),
                            ("most", "Most"),
                        ],
                        max_length=4,
                    ),
                ),
                (
                    "inference",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("server", "On the school's server"),
                            ("device", "On students' devices only"),
                            ("either", "On students' devices or the school's server"),
                        ],
                        db_default="",
                        default="",
                        max_length=6,
                    ),
                ),
                ("artefact", models.CharField(blank=True, max_length=64)),
                ("estimator", models.CharField(blank=True, max_length=20)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="minutes",
                        to="sessions_app.classsession",
                    ),
                ),
            ],
            options={
                "ordering": ["session", "index"],
            },
        ),
        migrations.CreateModel(
            name="AlertAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "signal",
                    models.CharField(
                        choices=[
                            ("expression", "Facial expression from the webcam"),
                            ("pulse", "One-tap pulse"),
                        ],
                        max_length=10,
                    ),
                ),
                ("index", models.PositiveIntegerField()),
                ("useful", models.BooleanField(null=True)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alert_answers",
                        to="sessions_app.classsession",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("term", models.CharField(blank=True, max_length=50)),
                ("team_version", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "join_code",
                    models.CharField(
                        default=sessions_app.models.course.new_join_code,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("pulse_choices", models.JSONField(blank=True, null=True)),
                (
                    "teacher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="courses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["title", "term", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CoTeacher",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("may_run", models.BooleanField(default=False)),
                ("may_delete", models.BooleanField(default=False)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="co_teachings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="co_teachers",
                        to="sessions_app.course",
                    ),
                ),
            ],
            options={
                "ordering": ["user__name", "user__email"],
            },
        ),
        migrations.AddField(
            model_name="classsession",
            name="course",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="class_sessions",
                to="sessions_app.course",
            ),
        ),
        migrations.CreateModel(
            name="CancelledLesson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("planned_at", models.DateTimeField()),
                ("planned_end_at", models.DateTimeField(blank=True, null=True)),
                ("plan_version", models.PositiveIntegerField()),
                (
                    "teacher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sessions_app.course",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[("teacher", "Teacher"), ("admin", "Admin")],
                        default="teacher",
                        max_length=10,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LogIn",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="session key",
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                (
                    "expire_date",
                    models.DateTimeField(db_index=True, verbose_name="expire date"),
                ),
                ("device", models.CharField(blank=True, max_length=300)),
                ("began_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("used_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="log_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "log-in",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("moment", "Moment"),
                            ("topic", "Topic"),
                            ("reply", "Reply to the class"),
                        ],
                        default="moment",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("word", models.CharField(blank=True, max_length=140)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="sessions_app.classsession",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("given_up", "Not sent"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("kind", models.CharField(max_length=20)),
                ("recipient", models.EmailField(max_length=254)),
                ("about", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["state", "due_at"], name="outgoingmail_due"),
                    models.Index(
                        fields=["-created_at", "-id"], name="outgoingmail_newest"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "sent", "given_up"])
                        ),
                        name="known_outgoingmail_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("display_name", models.CharField(blank=True, max_length=80)),
                ("joined_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "cell_key",
                    models.BigIntegerField(
                        default=sessions_app.models.participant.new_cell_key, null=True
                    ),
                ),
                (
                    "sign_in_hash",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=64
                    ),
                ),
                ("answered", models.BooleanField(db_default=False, default=False)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="sessions_app.classsession",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("expression", "Facial expression from the webcam"),
                            ("pulse", "One-tap pulse"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text_version", models.CharField(max_length=20)),
                ("min_group", models.PositiveSmallIntegerField(null=True)),
                ("kept_days", models.PositiveIntegerField(null=True)),
                ("students_see", models.BooleanField(db_default=False, default=False)),
                (
                    "inference",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("server", "On the school's server"),
                            ("device", "On students' devices only"),
                            ("either", "On students' devices or the school's server"),
                        ],
                        db_default="",
                        default="",
                        max_length=6,
                    ),
                ),
                ("given", models.BooleanField()),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="sessions_app.participant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Browser",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="browsers",
                        to="sessions_app.participant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, primary_key=True, serialize=False
                    ),
                ),
                (
                    "jurisdiction",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("eu", "European Union or EEA"),
                            ("other", "Elsewhere"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="where the school is",
                    ),
                ),
                (
                    "expression_on",
                    models.BooleanField(default=True, verbose_name="facial expression"),
                ),
                (
                    "device_only",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        verbose_name="camera pictures stay on students' devices",
                    ),
                ),
                (
                    "min_group",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(30),
                        ],
                        verbose_name="minimum group",
                    ),
                ),
                (
                    "sessions_kept_days",
                    models.PositiveIntegerField(
                        default=365,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="days that lessons are kept",
                    ),
                ),
                (
                    "audit_kept_days",
                    models.PositiveIntegerField(
                        default=730,
                        validators=[
                            django.core.validators.MinValueValidator(30),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="days that the audit is kept",
                    ),
                ),
                (
                    "demo_page_on",
                    models.BooleanField(default=False, verbose_name="public demo page"),
                ),
            ],
            options={
                "verbose_name_plural": "policy",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="one_policy"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("jurisdiction", "eu"), _negated=True),
                            ("expression_on", False),
                            _connector="OR",
                        ),
                        name="no_expression_in_the_eu",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("min_group__gte", 5), ("min_group__lte", 30)
                        ),
                        name="group_within_bounds",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("words", models.CharField(max_length=140)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("shown", models.JSONField(default=list)),
                ("waiting", models.JSONField(default=list)),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="question",
                        to="sessions_app.classsession",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReplacedCode",
            fields=[
                (
                    "code",
                    models.CharField(max_length=12, primary_key=True, serialize=False),
                ),
                (
                    "replaced_at",
                    models.DateTimeField(default=django.utils.timezone.now),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replaced_codes",
                        to="sessions_app.course",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("program", "A program"),
                            ("chat", "A chat"),
                            ("teams", "Microsoft Teams"),
                        ],
                        db_default="program",
                        default="program",
                        max_length=8,
                    ),
                ),
                ("url", models.CharField(max_length=500)),
                ("events", models.JSONField(default=list)),
                (
                    "seed",
                    models.CharField(
                        default=sessions_app.models.webhook.new_seed, max_length=64
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("off_at", models.DateTimeField(blank=True, null=True)),
                ("off_because", models.CharField(blank=True, max_length=300)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="webhooks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="WebhookCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("given_up", "Not sent"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("event", models.CharField(max_length=30)),
                ("about", models.JSONField(default=dict)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="sessions_app.webhook",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                name="one_user_per_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["teacher", "admin"])),
                name="known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("scope__in", ["read", "write"])), name="known_scope"
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarfeed",
            constraint=models.UniqueConstraint(
                fields=("user",), name="one_calendar_per_person"
            ),
        ),
        migrations.CreateModel(
            name="ReportPdf",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="pdf",
                        serialize=False,
                        to="sessions_app.report",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["state"], name="report_state"),
        ),
        migrations.AddIndex(
            model_name="classminute",
            index=models.Index(
                fields=["session", "status", "pulse_status", "coverage"],
                name="minutes_counted",
            ),
        ),
        migrations.AddConstraint(
            model_name="classminute",
            constraint=models.UniqueConstraint(
                fields=("session", "index"), name="a_minute_closes_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="classminute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "released"),
                    models.Q(
                        ("band__isnull", True),
                        ("groups__isnull", True),
                        ("groups_band__isnull", True),
                        ("shares__isnull", True),
                        ("size__isnull", True),
                        ("statement", ""),
                        ("valence__isnull", True),
                        ("valence_band__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="a_suppressed_minute_keeps_no_numbers",
            ),
        ),
        migrations.AddConstraint(
            model_name="classminute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pulse_status", "released"),
                    models.Q(
                        ("answers__isnull", True),
                        ("answers_band__isnull", True),
                        ("pulse__isnull", True),
                        ("pulse_band__isnull", True),
                        ("pulse_size__isnull", True),
                        ("pulse_statement", ""),
                    ),
                    _connector="OR",
                ),
                name="a_suppressed_pulse_keeps_no_numbers",
            ),
        ),
        migrations.AddConstraint(
            model_name="alertanswer",
            constraint=models.UniqueConstraint(
                fields=("session", "signal", "index"), name="an_alert_has_one_answer"
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.UniqueConstraint(
                fields=("teacher", "title", "term"),
                name="one_course_per_title_and_term",
            ),
        ),
        migrations.AddConstraint(
            model_name="coteacher",
            constraint=models.UniqueConstraint(
                fields=("course", "user"), name="one_co_teacher_per_course"
            ),
        ),
        migrations.AddIndex(
            model_name="classsession",
            index=models.Index(
                fields=["teacher", "-held_at"], name="newest_by_teacher"
            ),
        ),
        migrations.AddIndex(
            model_name="classsession",
            index=models.Index(fields=["state"], name="session_state"),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", True),
                        ("started_at__isnull", True),
                        ("state", "draft"),
                    ),
                    models.Q(
                        ("ended_at__isnull", True),
                        ("started_at__isnull", False),
                        ("state__in", ["live", "paused"]),
                    ),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("started_at__isnull", False),
                        ("state__in", ["ending", "ended"]),
                    ),
                    _connector="OR",
                ),
                name="state_agrees_with_times",
            ),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True),
                    ("ended_at__gte", models.F("started_at")),
                    _connector="OR",
                ),
                name="ends_after_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("planned_end_at__isnull", True),
                    ("planned_end_at__gt", models.F("planned_at")),
                    _connector="OR",
                ),
                name="planned_end_after_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("frame_interval_ms__gte", 1000), ("frame_interval_ms__lte", 10000)
                ),
                name="frame_interval_within_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("window_s__gte", 10), ("window_s__lte", 300)),
                name="window_within_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="cancelledlesson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("planned_end_at__isnull", True),
                    ("planned_end_at__gt", models.F("planned_at")),
                    _connector="OR",
                ),
                name="cancelled_ends_after_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("accepted_at", None)),
                name="one_open_invitation_per_address",
            ),
        ),
        migrations.AddIndex(
            model_name="mark",
            index=models.Index(fields=["session", "at"], name="marks_in_order"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sign_in_hash", ""), _negated=True),
                fields=("session", "sign_in_hash"),
                name="who_signed_in_joins_once",
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                fields=["participant", "purpose", "-id"], name="latest_decision"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["expression", "pulse"])),
                name="known_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("user", "name"), name="one_saved_view_per_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["program", "chat", "teams"])),
                name="known_webhook_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookcall",
            index=models.Index(fields=["state", "due_at"], name="webhookcall_due"),
        ),
        migrations.AddIndex(
            model_name="webhookcall",
            index=models.Index(
                fields=["-created_at", "-id"], name="webhookcall_newest"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookcall",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "sent", "given_up"])),
                name="known_webhookcall_state",
            ),
        ),
    ]

"""All tables, as one migration while nothing is released."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import sessions_app.models.participant
import sessions_app.models.session


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
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
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
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now),
                ),
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
                        default=sessions_app.models.session.new_join_code,
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
                ("closed_through", models.IntegerField(default=-1)),
                ("min_group", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("kept_days", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "teacher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="class_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-held_at", "pk"],
            },
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
                ("shares", models.JSONField(null=True)),
                ("band", models.JSONField(null=True)),
                ("valence", models.FloatField(null=True)),
                ("valence_band", models.FloatField(null=True)),
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
                ("pulse_size", models.PositiveIntegerField(null=True)),
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
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                        verbose_name="days that classes are kept",
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
                        ("shares__isnull", True),
                        ("size__isnull", True),
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
                    models.Q(("pulse__isnull", True), ("pulse_size__isnull", True)),
                    _connector="OR",
                ),
                name="a_suppressed_pulse_keeps_no_numbers",
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.UniqueConstraint(
                fields=("teacher", "title", "term"),
                name="one_course_per_title_and_term",
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
            model_name="invitation",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("accepted_at", None)),
                name="one_open_invitation_per_address",
            ),
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
    ]

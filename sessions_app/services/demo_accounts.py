"""The two accounts of a demo: their password is known to everybody who reads this line."""

from sessions_app.enums import Role

PASSWORD = "see-the-class-mood"
ACCOUNTS = [
    ("teacher@demo.example", "Tess Teacher", Role.TEACHER),
    ("admin@demo.example", "Ada Admin", Role.ADMIN),
]

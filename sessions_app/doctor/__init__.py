"""Whether a running installation is well, looked at from outside first.

`door` meets the platform as a browser does, `outside` judges what it met, `inside` asks
what the platform stands on. What others know already is asked of them: `health`, Django's
system checks, `selectors/policy`, `services/mail`.
"""

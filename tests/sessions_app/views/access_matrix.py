"""Who may open what: every URL, for every role."""

ROLES = ["stranger", "owner", "colleague", "boss", "student", "foreigner"]


# What each role meets at a live session of the owner's that the student takes part in,
# while the foreigner does in another: ok, login (sent there), on (sent elsewhere), no (403), hidden (404), or a status.
TABLE = """
                              stranger owner  colleague boss   student foreigner
home                     GET  ok       on     on        on     ok      ok
home                     POST 405      405    405       405    405     405
healthz                  GET  ok       ok     ok        ok     ok      ok
healthz                  POST 405      405    405       405    405     405
readyz                   GET  ok       ok     ok        ok     ok      ok
readyz                   POST 405      405    405       405    405     405
privacy                  GET  ok       ok     ok        ok     ok      ok
privacy                  POST 405      405    405       405    405     405
try-it                   GET  hidden   hidden hidden    hidden hidden  hidden
try-it                   POST 405      405    405       405    405     405
script-texts             GET  ok       ok     ok        ok     ok      ok
script-texts             POST 405      405    405       405    405     405
login                    GET  ok       on     on        on     ok      ok
login                    POST ok       on     on        on     ok      ok
logout                   GET  405      405    405       405    405     405
logout                   POST on       on     on        on     on      on
password_reset           GET  ok       ok     ok        ok     ok      ok
password_reset           POST ok       ok     ok        ok     ok      ok
password_reset_done      GET  ok       ok     ok        ok     ok      ok
password_reset_done      POST 405      405    405       405    405     405
password_reset_confirm   GET  ok       ok     ok        ok     ok      ok
password_reset_confirm   POST ok       ok     ok        ok     ok      ok
password_reset_complete  GET  ok       ok     ok        ok     ok      ok
password_reset_complete  POST 405      405    405       405    405     405
password_change          GET  login    ok     ok        ok     login   login
password_change          POST login    ok     ok        ok     login   login
password_change_done     GET  login    ok     ok        ok     login   login
password_change_done     POST login    405    405       405    login   login
people                   GET  login    no     no        ok     login   login
people                   POST login    no     no        ok     login   login
invitation-revoke        GET  login    no     no        405    login   login
invitation-revoke        POST login    no     no        on     login   login
invitation-again         GET  login    no     no        405    login   login
invitation-again         POST login    no     no        ok     login   login
person                   GET  login    no     no        ok     login   login
person                   POST login    no     no        ok     login   login
person-close             GET  login    no     no        405    login   login
person-close             POST login    no     no        on     login   login
person-open              GET  login    no     no        405    login   login
person-open              POST login    no     no        on     login   login
person-log-ins-end       GET  login    405    405       405    login   login
person-log-ins-end       POST login    on     hidden    on     login   login
person-tokens-revoke     GET  login    405    405       405    login   login
person-tokens-revoke     POST login    on     hidden    on     login   login
security                 GET  login    ok     ok        ok     login   login
security                 POST login    ok     ok        ok     login   login
invitation-accept        GET  ok       ok     ok        ok     ok      ok
invitation-accept        POST ok       ok     ok        ok     ok      ok
course-list              GET  login    ok     ok        ok     login   login
course-list              POST login    405    405       405    login   login
course-new               GET  login    ok     ok        ok     login   login
course-new               POST login    ok     ok        ok     login   login
course-detail            GET  login    ok     hidden    ok     login   login
course-detail            POST login    405    405       405    login   login
course-code              GET  login    405    405       405    login   login
course-code              POST login    on     hidden    on     login   login
course-qr                GET  login    ok     hidden    ok     login   login
course-qr                POST login    405    405       405    login   login
course-projector         GET  login    ok     hidden    ok     login   login
course-projector         POST login    405    405       405    login   login
course-edit              GET  login    ok     hidden    ok     login   login
course-edit              POST login    ok     hidden    ok     login   login
course-delete            GET  login    ok     hidden    ok     login   login
course-delete            POST login    on     hidden    on     login   login
session-list             GET  login    ok     ok        ok     login   login
session-list             POST login    405    405       405    login   login
totals                   GET  login    no     no        ok     login   login
totals                   POST login    no     no        405    login   login
session-new              GET  login    ok     ok        ok     login   login
session-new              POST login    ok     ok        ok     login   login
session-detail           GET  login    ok     hidden    ok     login   login
session-detail           POST login    405    405       405    login   login
session-edit             GET  login    ok     hidden    ok     login   login
session-edit             POST login    ok     hidden    ok     login   login
session-delete           GET  login    ok     hidden    ok     login   login
session-delete           POST login    on     hidden    on     login   login
session-note             GET  login    405    405       405    login   login
session-note             POST login    on     hidden    hidden login   login
session-qr               GET  login    ok     hidden    ok     login   login
session-qr               POST login    405    405       405    login   login
session-projector        GET  login    ok     hidden    ok     login   login
session-projector        POST login    405    405       405    login   login
session-compact          GET  login    ok     hidden    ok     login   login
session-compact          POST login    405    405       405    login   login
session-start            GET  login    405    405       405    login   login
session-start            POST login    on     hidden    on     login   login
session-pause            GET  login    405    405       405    login   login
session-pause            POST login    on     hidden    on     login   login
session-resume           GET  login    405    405       405    login   login
session-resume           POST login    on     hidden    on     login   login
session-end              GET  login    405    405       405    login   login
session-end              POST login    on     hidden    on     login   login
api-tokens               GET  login    ok     ok        ok     login   login
api-tokens               POST login    ok     ok        ok     login   login
session-csv              GET  login    ok     hidden    ok     login   login
session-csv              POST login    405    405       405    login   login
session-workbook         GET  login    ok     hidden    ok     login   login
session-workbook         POST login    405    405       405    login   login
session-json             GET  login    ok     hidden    ok     login   login
session-json             POST login    405    405       405    login   login
api-schema               GET  ok       ok     ok        ok     ok      ok
api-schema               POST 405      405    405       405    405     405
api-docs                 GET  ok       ok     ok        ok     ok      ok
api-docs                 POST 405      405    405       405    405     405
api-course-list          GET  401      ok     ok        ok     401     401
api-course-list          POST 401      415    415       415    401     401
api-course-detail        GET  401      ok     hidden    ok     401     401
api-course-detail        POST 401      405    405       405    401     401
api-course-detail        PUT  401      400    hidden    400    401     401
api-course-detail        PATCH 401     ok     hidden    ok     401     401
api-course-detail        DELETE 401    ok     hidden    ok     401     401
api-session-list         GET  401      ok     ok        ok     401     401
api-session-list         POST 401      415    415       415    401     401
api-session-detail       GET  401      ok     hidden    ok     401     401
api-session-detail       POST 401      405    405       405    401     401
api-session-start        GET  401      405    405       405    401     401
api-session-start        POST 401      ok     hidden    ok     401     401
api-session-pause        GET  401      405    405       405    401     401
api-session-pause        POST 401      ok     hidden    ok     401     401
api-session-resume       GET  401      405    405       405    401     401
api-session-resume       POST 401      ok     hidden    ok     401     401
api-session-end          GET  401      405    405       405    401     401
api-session-end          POST 401      ok     hidden    ok     401     401
api-session-minutes      GET  401      ok     hidden    ok     401     401
api-session-minutes      POST 401      405    405       405    401     401
api-session-marks        GET  401      ok     hidden    ok     401     401
api-session-marks        POST 401      415    hidden    415    401     401
api-session-mark         GET  401      405    405       405    401     401
api-session-mark         POST 401      405    405       405    401     401
api-session-mark         PATCH 401     ok     hidden    ok     401     401
api-session-mark         DELETE 401    ok     hidden    ok     401     401
api-session-snapshot     GET  401      ok     hidden    ok     401     401
api-session-snapshot     POST 401      405    405       405    401     401
api-session-export       GET  401      ok     hidden    ok     401     401
api-session-export       POST 401      405    405       405    401     401
api-nothing              GET  hidden   hidden hidden    hidden hidden  hidden
api-nothing              POST hidden   hidden hidden    hidden hidden  hidden
session-timeline         GET  401      ok     hidden    ok     401     401
session-timeline         POST 401      405    405       405    401     401
metrics                  GET  no       no     no        no     no      no
metrics                  POST 405      405    405       405    405     405
join-enter               GET  ok       ok     ok        ok     ok      ok
join-enter               POST 405      405    405       405    405     405
join                     GET  ok       ok     ok        ok     on      ok
join                     POST on       ok     ok        ok     on      on
join-sign-in             GET  no       no     no        no     no      no
join-sign-in             POST 405      405    405       405    405     405
join-class               GET  on       ok     ok        ok     ok      on
join-class               POST 405      405    405       405    405     405
join-choices             GET  405      405    405       405    405     405
join-choices             POST no       no     no        no     on      no
join-pulse               GET  405      405    405       405    405     405
join-pulse               POST no       no     no        no     400     no
policy                   GET  login    no     no        ok     login   login
policy                   POST login    no     no        ok     login   login
policy-records           GET  login    no     no        ok     login   login
policy-records           POST login    no     no        405    login   login
policy-assessment        GET  login    no     no        ok     login   login
policy-assessment        POST login    no     no        405    login   login
audit                    GET  login    no     no        ok     login   login
audit                    POST login    no     no        405    login   login
join-my-data             GET  no       no     no        no     ok      no
join-my-data             POST 405      405    405       405    405     405
join-my-data-export      GET  no       no     no        no     ok      no
join-my-data-export      POST 405      405    405       405    405     405
join-my-data-receipt     GET  no       no     no        no     ok      no
join-my-data-receipt     POST 405      405    405       405    405     405
join-leave               GET  405      405    405       405    405     405
join-leave               POST ok       ok     ok        ok     ok      ok
"""


ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]


def named_urls(resolver, space=""):
    """Namespace, name, parameters and methods of every URL."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from named_urls(pattern, pattern.namespace or space)
        else:
            parameters = set(pattern.pattern.regex.groupindex)
            answered = {m.upper() for m in getattr(pattern.callback, "actions", {})}
            methods = {"GET", "POST"} | answered - {"HEAD"}
            yield space, pattern.name, parameters, methods

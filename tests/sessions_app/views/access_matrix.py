"""Who may open what: every URL, for every role."""

ROLES = ["stranger", "owner", "colleague", "boss", "student", "foreigner"]
# Co-teachers of the owner's course: each may see its lessons, and what the name says.
CO_TEACHERS = ["watcher", "runner", "deleter"]


# What each role meets at a live session of the owner's that the student takes part in,
# while the foreigner does in another: ok, login (sent there), on (sent elsewhere), no (403), hidden (404), or a status.
TABLE = """
                              stranger owner  colleague boss   student foreigner
home                     GET  ok       ok     ok        ok     ok      ok
home                     POST 405      405    405       405    405     405
healthz                  GET  ok       ok     ok        ok     ok      ok
healthz                  POST 405      405    405       405    405     405
readyz                   GET  ok       ok     ok        ok     ok      ok
readyz                   POST 405      405    405       405    405     405
privacy                  GET  ok       ok     ok        ok     ok      ok
privacy                  POST 405      405    405       405    405     405
help                     GET  ok       ok     ok        ok     ok      ok
help                     POST 405      405    405       405    405     405
try-it                   GET  hidden   hidden hidden    hidden hidden  hidden
try-it                   POST 405      405    405       405    405     405
language                 GET  405      405    405       405    405     405
language                 POST 400      400    400       400    400     400
script-texts             GET  ok       ok     ok        ok     ok      ok
script-texts             POST 405      405    405       405    405     405
login                    GET  ok       on     on        on     ok      ok
login                    POST ok       on     on        on     ok      ok
sign-on                  GET  hidden   hidden hidden    hidden hidden  hidden
sign-on                  POST 405      405    405       405    405     405
sign-on-callback         GET  hidden   hidden hidden    hidden hidden  hidden
sign-on-callback         POST 405      405    405       405    405     405
saml-metadata            GET  hidden   hidden hidden    hidden hidden  hidden
saml-metadata            POST 405      405    405       405    405     405
saml-back                GET  405      405    405       405    405     405
saml-back                POST hidden   hidden hidden    hidden hidden  hidden
sign-on-connect          GET  login    hidden hidden    hidden login   login
sign-on-connect          POST login    hidden hidden    hidden login   login
sign-on-disconnect       GET  login    405    405       405    login   login
sign-on-disconnect       POST login    hidden hidden    hidden login   login
second-factor            GET  login    login  login     login  login   login
second-factor            POST login    login  login     login  login   login
second-factor-on         GET  login    ok     ok        ok     login   login
second-factor-on         POST login    ok     ok        ok     login   login
second-factor-mailed     GET  410      410    410       410    410     410
second-factor-mailed     POST 405      405    405       405    405     405
second-factor-off        GET  login    ok     ok        ok     login   login
second-factor-off        POST login    ok     ok        ok     login   login
passkey-add              GET  login    ok     ok        ok     login   login
passkey-add              POST login    ok     ok        ok     login   login
factor-remove            GET  login    ok     hidden    hidden login   login
factor-remove            POST login    ok     hidden    hidden login   login
person-second-factor-off GET  login    no     no        405    login   login
person-second-factor-off POST login    no     no        on     login   login
lti-login                GET  no       no     no        no     no      no
lti-login                POST no       no     no        no     no      no
lti-launch               GET  405      405    405       405    405     405
lti-launch               POST no       no     no        no     no      no
lti-open                 GET  ok       ok     ok        ok     ok      ok
lti-open                 POST on       on     on        on     on      on
lti-pick                 GET  405      405    405       405    405     405
lti-pick                 POST 410      410    410       410    410     410
lti-connect              GET  410      410    410       410    410     410
lti-connect              POST 410      410    410       410    410     410
lti-keys                 GET  ok       ok     ok        ok     ok      ok
lti-keys                 POST 405      405    405       405    405     405
lti-register             GET  ok       ok     ok        ok     ok      ok
lti-register             POST ok       ok     ok        ok     ok      ok
lti-platforms            GET  login    no     no        ok     login   login
lti-platforms            POST login    no     no        ok     login   login
lti-link                 GET  login    no     no        405    login   login
lti-link                 POST login    no     no        ok     login   login
lti-platform             GET  login    no     no        ok     login   login
lti-platform             POST login    no     no        ok     login   login
lti-platform-delete      GET  login    no     no        405    login   login
lti-platform-delete      POST login    no     no        on     login   login
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
person-platform-end      GET  login    405    405       405    login   login
person-platform-end      POST login    on     hidden    on     login   login
person-tokens-revoke     GET  login    405    405       405    login   login
person-tokens-revoke     POST login    on     hidden    on     login   login
security                 GET  login    ok     ok        ok     login   login
security                 POST login    ok     ok        ok     login   login
calendar                 GET  login    ok     ok        ok     login   login
calendar                 POST login    ok     ok        ok     login   login
calendar-end             GET  login    405    405       405    login   login
calendar-end             POST login    on     on        on     login   login
calendar-feed            GET  ok       ok     ok        ok     ok      ok
calendar-feed            POST 405      405    405       405    405     405
invitation-accept        GET  ok       ok     ok        ok     ok      ok
invitation-accept        POST ok       ok     ok        ok     ok      ok
course-list              GET  login    ok     ok        ok     login   login
course-list              POST login    405    405       405    login   login
course-new               GET  login    ok     ok        ok     login   login
course-new               POST login    ok     ok        ok     login   login
course-detail            GET  login    ok     hidden    ok     login   login
course-detail            POST login    405    405       405    login   login
course-trend             GET  login    ok     hidden    ok     login   login
course-trend             POST login    405    405       405    login   login
course-trend-csv         GET  login    on     hidden    on     login   login
course-trend-csv         POST login    405    405       405    login   login
course-trend-xlsx        GET  login    on     hidden    on     login   login
course-trend-xlsx        POST login    405    405       405    login   login
course-trend-json        GET  login    on     hidden    on     login   login
course-trend-json        POST login    405    405       405    login   login
course-code              GET  login    405    405       405    login   login
course-code              POST login    on     hidden    on     login   login
course-letter            GET  login    ok     hidden    ok     login   login
course-letter            POST login    405    405       405    login   login
course-letters-signed    GET  login    405    405       405    login   login
course-letters-signed    POST login    on     hidden    on     login   login
course-calendar          GET  login    ok     hidden    ok     login   login
course-calendar          POST login    405    405       405    login   login
course-qr                GET  login    ok     hidden    ok     login   login
course-qr                POST login    405    405       405    login   login
course-projector         GET  login    ok     hidden    ok     login   login
course-projector         POST login    405    405       405    login   login
course-edit              GET  login    ok     hidden    ok     login   login
course-edit              POST login    ok     hidden    ok     login   login
course-delete            GET  login    ok     hidden    ok     login   login
course-delete            POST login    on     hidden    on     login   login
course-co-teachers       GET  login    ok     hidden    ok     login   login
course-co-teachers       POST login    ok     hidden    ok     login   login
course-co-teacher        GET  login    405    405       405    login   login
course-co-teacher        POST login    on     hidden    on     login   login
course-co-teacher-remove GET  login    405    405       405    login   login
course-co-teacher-remove POST login    on     hidden    on     login   login
course-leave             GET  login    405    405       405    login   login
course-leave             POST login    hidden hidden    hidden login   login
session-list             GET  login    ok     ok        ok     login   login
session-list             POST login    405    405       405    login   login
totals                   GET  login    ok     ok        ok     login   login
totals                   POST login    405    405       405    login   login
totals-compare           GET  login    ok     ok        ok     login   login
totals-compare           POST login    405    405       405    login   login
totals-compare-csv       GET  login    ok     ok        ok     login   login
totals-compare-csv       POST login    405    405       405    login   login
totals-compare-xlsx      GET  login    ok     ok        ok     login   login
totals-compare-xlsx      POST login    405    405       405    login   login
totals-compare-json      GET  login    ok     ok        ok     login   login
totals-compare-json      POST login    405    405       405    login   login
totals-csv               GET  login    ok     ok        ok     login   login
totals-csv               POST login    405    405       405    login   login
totals-xlsx              GET  login    ok     ok        ok     login   login
totals-xlsx              POST login    405    405       405    login   login
totals-json              GET  login    ok     ok        ok     login   login
totals-json              POST login    405    405       405    login   login
totals-view-save         GET  login    405    405       405    login   login
totals-view-save         POST login    ok     ok        ok     login   login
totals-view-delete       GET  login    405    405       405    login   login
totals-view-delete       POST login    on     hidden    hidden login   login
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
session-agenda           GET  login    ok     hidden    ok     login   login
session-agenda           POST login    ok     hidden    ok     login   login
session-topics           GET  login    ok     hidden    ok     login   login
session-topics           POST login    ok     hidden    ok     login   login
session-report           GET  login    on     hidden    on     login   login
session-report           POST login    405    405       405    login   login
session-report-pdf       GET  login    on     hidden    on     login   login
session-report-pdf       POST login    405    405       405    login   login
session-report-make      GET  login    405    405       405    login   login
session-report-make      POST login    on     hidden    on     login   login
session-calendar         GET  login    ok     hidden    ok     login   login
session-calendar         POST login    405    405       405    login   login
session-question         GET  login    405    405       405    login   login
session-question         POST login    400    hidden    400    login   login
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
session-topics-csv       GET  login    ok     hidden    ok     login   login
session-topics-csv       POST login    405    405       405    login   login
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
api-course-trend         GET  401      ok     hidden    ok     401     401
api-course-trend         POST 401      405    405       405    401     401
api-course-comparison    GET  401      400    hidden    400    401     401
api-course-comparison    POST 401      405    405       405    401     401
api-course-detail        GET  401      ok     hidden    ok     401     401
api-course-detail        POST 401      405    405       405    401     401
api-course-detail        PUT  401      400    hidden    400    401     401
api-course-detail        PATCH 401     ok     hidden    ok     401     401
api-course-detail        DELETE 401    ok     hidden    ok     401     401
api-course-co-teachers   GET  401      ok     hidden    ok     401     401
api-course-co-teachers   POST 401      415    hidden    415    401     401
api-course-co-teacher    GET  401      405    405       405    401     401
api-course-co-teacher    POST 401      405    405       405    401     401
api-course-co-teacher    PATCH 401     ok     hidden    ok     401     401
api-course-co-teacher    DELETE 401    ok     hidden    ok     401     401
api-session-list         GET  401      ok     ok        ok     401     401
api-session-list         POST 401      415    415       415    401     401
api-session-detail       GET  401      ok     hidden    ok     401     401
api-session-detail       POST 401      405    405       405    401     401
api-session-detail       PATCH 401     ok     hidden    ok     401     401
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
api-session-alerts       GET  401      ok     hidden    ok     401     401
api-session-alerts       POST 401      405    405       405    401     401
api-session-alert        GET  401      405    405       405    401     401
api-session-alert        POST 401      405    405       405    401     401
api-session-alert        PATCH 401     ok     hidden    ok     401     401
api-session-marks        GET  401      ok     hidden    ok     401     401
api-session-marks        POST 401      415    hidden    415    401     401
api-session-mark         GET  401      405    405       405    401     401
api-session-mark         POST 401      405    405       405    401     401
api-session-mark         PATCH 401     ok     hidden    ok     401     401
api-session-mark         DELETE 401    ok     hidden    ok     401     401
api-session-replies      GET  401      ok     hidden    ok     401     401
api-session-replies      POST 401      415    hidden    415    401     401
api-session-reply        GET  401      405    405       405    401     401
api-session-reply        POST 401      405    405       405    401     401
api-session-reply        PATCH 401     ok     hidden    ok     401     401
api-session-reply        DELETE 401    ok     hidden    ok     401     401
api-session-question     GET  401      ok     hidden    ok     401     401
api-session-question     POST 401      415    hidden    415    401     401
api-session-question     DELETE 401    ok     hidden    ok     401     401
api-session-question-close GET 401     405    405       405    401     401
api-session-question-close POST 401    ok     hidden    ok     401     401
api-session-answer       GET  401      405    405       405    401     401
api-session-answer       POST 401      405    405       405    401     401
api-session-answer       DELETE 401    ok     hidden    ok     401     401
api-session-topics       GET  401      ok     hidden    ok     401     401
api-session-topics       POST 401      415    hidden    415    401     401
api-session-topic        GET  401      405    405       405    401     401
api-session-topic        POST 401      405    405       405    401     401
api-session-topic        PATCH 401     ok     hidden    ok     401     401
api-session-topic        DELETE 401    ok     hidden    ok     401     401
api-session-topic-merge  GET  401      405    405       405    401     401
api-session-topic-merge  POST 401      415    hidden    415    401     401
api-session-agenda       GET  401      ok     hidden    ok     401     401
api-session-agenda       POST 401      405    405       405    401     401
api-session-agenda       PUT  401      400    hidden    400    401     401
api-session-recording    GET  401      ok     hidden    ok     401     401
api-session-recording    POST 401      405    405       405    401     401
api-session-recording    PUT  401      400    hidden    400    401     401
api-session-snapshot     GET  401      ok     hidden    ok     401     401
api-session-snapshot     POST 401      405    405       405    401     401
api-session-report       GET  401      ok     hidden    ok     401     401
api-session-report       POST 401      409    hidden    409    401     401
api-session-report-pdf   GET  401      409    hidden    409    401     401
api-session-report-pdf   POST 401      405    405       405    401     401
api-session-export       GET  401      ok     hidden    ok     401     401
api-session-export       POST 401      405    405       405    401     401
api-totals               GET  401      ok     ok        ok     401     401
api-totals               POST 401      405    405       405    401     401
api-totals-difference    GET  401      ok     ok        ok     401     401
api-totals-difference    POST 401      405    405       405    401     401
api-totals-view-list     GET  401      ok     ok        ok     401     401
api-totals-view-list     POST 401      415    415       415    401     401
api-totals-view-detail   GET  401      ok     hidden    hidden 401     401
api-totals-view-detail   POST 401      405    405       405    401     401
api-totals-view-detail   DELETE 401    ok     hidden    hidden 401     401
api-webhook-list         GET  401      no     no        ok     401     401
api-webhook-list         POST 401      no     no        415    401     401
api-webhook-detail       GET  401      no     no        ok     401     401
api-webhook-detail       POST 401      no     no        405    401     401
api-webhook-detail       PATCH 401     no     no        ok     401     401
api-webhook-detail       DELETE 401    no     no        ok     401     401
api-webhook-secret       GET  401      no     no        405    401     401
api-webhook-secret       POST 401      no     no        ok     401     401
api-webhook-test         GET  401      no     no        405    401     401
api-webhook-test         POST 401      no     no        ok     401     401
api-webhook-calls        GET  401      no     no        ok     401     401
api-webhook-calls        POST 401      no     no        405    401     401
api-webhook-call-again   GET  401      no     no        405    401     401
api-webhook-call-again   POST 401      no     no        ok     401     401
api-nothing              GET  hidden   hidden hidden    hidden hidden  hidden
api-nothing              POST hidden   hidden hidden    hidden hidden  hidden
session-timeline         GET  401      ok     hidden    ok     401     401
session-timeline         POST 401      405    405       405    401     401
metrics                  GET  no       no     no        no     no      no
metrics                  POST 405      405    405       405    405     405
join-enter               GET  ok       ok     ok        ok     ok      ok
join-enter               POST 405      405    405       405    405     405
join                     GET  ok       ok     ok        ok     on      ok
join                     POST ok       ok     ok        ok     on      ok
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
policy-processor         GET  login    no     no        ok     login   login
policy-processor         POST login    no     no        405    login   login
audit                    GET  login    no     no        ok     login   login
audit                    POST login    no     no        405    login   login
webhooks                 GET  login    no     no        ok     login   login
webhooks                 POST login    no     no        ok     login   login
webhook                  GET  login    no     no        ok     login   login
webhook                  POST login    no     no        ok     login   login
webhook-test             GET  login    no     no        405    login   login
webhook-test             POST login    no     no        on     login   login
webhook-secret           GET  login    no     no        405    login   login
webhook-secret           POST login    no     no        ok     login   login
webhook-delete           GET  login    no     no        405    login   login
webhook-delete           POST login    no     no        on     login   login
webhook-on               GET  login    no     no        405    login   login
webhook-on               POST login    no     no        on     login   login
webhook-off              GET  login    no     no        405    login   login
webhook-off              POST login    no     no        on     login   login
webhook-call-again       GET  login    no     no        405    login   login
webhook-call-again       POST login    no     no        on     login   login
mail                     GET  login    no     no        ok     login   login
mail                     POST login    no     no        405    login   login
mail-test                GET  login    no     no        405    login   login
mail-test                POST login    no     no        on     login   login
mail-again               GET  login    no     no        405    login   login
mail-again               POST login    no     no        on     login   login
join-own-result          GET  405      405    405       405    405     405
join-own-result          POST no       no     no        no     no      no
join-question            GET  no       no     no        no     ok      no
join-question            POST 405      405    405       405    405     405
join-answer              GET  405      405    405       405    405     405
join-answer              POST no       no     no        no     on      no
join-my-data             GET  no       no     no        no     ok      no
join-my-data             POST 405      405    405       405    405     405
join-my-data-export      GET  no       no     no        no     ok      no
join-my-data-export      POST 405      405    405       405    405     405
join-my-data-receipt     GET  no       no     no        no     ok      no
join-my-data-receipt     POST 405      405    405       405    405     405
join-leave               GET  405      405    405       405    405     405
join-leave               POST ok       ok     ok        ok     ok      ok
panel-texts              GET  ok       ok     ok        ok     ok      ok
panel-texts              POST 405      405    405       405    405     405
panel-student            GET  hidden   hidden hidden    hidden hidden  hidden
panel-student            POST 405      405    405       405    405     405
panel-student-news       GET  hidden   hidden hidden    hidden hidden  hidden
panel-student-news       POST 405      405    405       405    405     405
panel-student-pulse      GET  405      405    405       405    405     405
panel-student-pulse      POST no       no     no        no     no      no
panel-student-arrived    GET  405      405    405       405    405     405
panel-student-arrived    POST hidden   hidden hidden    hidden hidden  hidden
panel-teacher            GET  hidden   hidden hidden    hidden hidden  hidden
panel-teacher            POST 405      405    405       405    405     405
panel-teacher-arrived    GET  405      405    405       405    405     405
panel-teacher-arrived    POST hidden   hidden hidden    hidden hidden  hidden
panel-timeline           GET  401      401    401       401    401     401
panel-timeline           POST 401      401    401       401    401     401
panel-connect            GET  hidden   hidden hidden    hidden hidden  hidden
panel-connect            POST hidden   hidden hidden    hidden hidden  hidden
overlay                  GET  hidden   hidden hidden    hidden hidden  hidden
overlay                  POST 405      405    405       405    405     405
overlay-news             GET  hidden   hidden hidden    hidden hidden  hidden
overlay-news             POST 405      405    405       405    405     405
"""

# A co-teacher meets what the owner meets when reading, and `no` when changing anything of
# a course or a lesson; but for these.
OF_CO_TEACHERS = """
                              watcher runner deleter
course-edit              GET  no      no     no
course-delete            GET  no      no     no
course-co-teachers       GET  no      no     no
course-leave             POST on      on     on
session-edit             GET  no      ok     no
session-edit             POST no      ok     no
session-agenda           GET  no      ok     no
session-agenda           POST no      ok     no
session-topics           GET  no      ok     no
session-topics           POST no      ok     no
session-delete           GET  no      no     ok
session-delete           POST no      no     on
session-note             POST hidden  hidden hidden
totals-view-delete       POST hidden  hidden hidden
factor-remove            GET  hidden  hidden hidden
factor-remove            POST hidden  hidden hidden
api-totals-view-detail   GET  hidden  hidden hidden
api-totals-view-detail   DELETE hidden hidden hidden
session-report-make      POST no      on     no
session-start            POST no      on     no
session-pause            POST no      on     no
session-resume           POST no      on     no
session-end              POST no      on     no
person-log-ins-end       POST hidden  hidden hidden
person-platform-end      POST hidden  hidden hidden
person-tokens-revoke     POST hidden  hidden hidden
api-session-detail       PATCH no     ok     no
api-session-start        POST no      ok     no
api-session-pause        POST no      ok     no
api-session-resume       POST no      ok     no
api-session-end          POST no      ok     no
api-session-report       POST no      409    no
api-session-alert        PATCH no     ok     no
api-session-marks        POST no      415    no
api-session-mark         PATCH no     ok     no
api-session-mark         DELETE no    ok     no
api-session-replies      POST no      415    no
api-session-reply        PATCH no     ok     no
api-session-reply        DELETE no    ok     no
session-question         POST no      400    no
api-session-question     POST no      415    no
api-session-question     DELETE no    ok     no
api-session-question-close POST no    ok     no
api-session-answer       DELETE no    ok     no
api-session-topics       POST no      415    no
api-session-topic        PATCH no     ok     no
api-session-topic        DELETE no    ok     no
api-session-topic-merge  POST no      415    no
api-session-agenda       PUT  no      400    no
api-session-recording    PUT  no      400    no
"""


ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]

_GIVEN = {
    (name, method): dict(zip(CO_TEACHERS, cells, strict=True))
    for name, method, *cells in (
        line.split() for line in OF_CO_TEACHERS.strip().splitlines()[1:]
    )
}
_OF_ONE = ("course-", "session-", "api-course-", "api-session-")
_OF_ALL = {"course-new", "session-new", "api-course-list", "api-session-list"}


def expected_of(role):
    """What a role meets, by URL's name and method."""
    if role in ROLES:
        return {
            (name, method): cells[ROLES.index(role)] for name, method, *cells in ROWS
        }
    owners = expected_of("owner")
    return {
        url: _GIVEN[url][role] if url in _GIVEN else _as_owner(url, owners[url])
        for url in owners
    }


def _as_owner(url, cell):
    name, method = url
    of_one = name.startswith(_OF_ONE) and name not in _OF_ALL
    return "no" if of_one and method != "GET" and cell != "405" else cell


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

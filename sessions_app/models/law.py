"""What the law asks where a school is: one row a place, with the day it was last read.

No legal advice. A place's row bounds what an admin may choose, and says what holds for
minors. Most was read in summaries by others; the sources lead to the laws themselves.
"""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import AgeBand, Jurisdiction

READ_AGAIN_AFTER = dt.timedelta(days=183)  # half a year
_READ_ON = dt.date(2026, 11, 28)
_SCHOOL_YEAR = 365  # days


class Source(NamedTuple):
    """A law, by its own name in every language, and where its text stands, if known."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The rules of a place. Where none is declared, there is no way but the pulse for minors."""

    says: LazyText  # what was found, for admins
    expression: bool  # whether reading expressions may be on at all
    assessed: bool  # whether it may be on only with a signed impact assessment
    min_group: int  # at least
    kept_days: int  # at most, for lessons
    age: AgeBand  # of the students of courses that say nothing
    letters: bool  # minors: expression once parents have signed; else never
    signed_in: (
        bool  # minors: new lessons ask for a school account, where that is possible
    )
    notice: LazyText  # what students read where they are asked for their expression
    sources: tuple[Source, ...]
    read_on: dt.date = _READ_ON

    def is_old(self, today: dt.date) -> bool:
        """Whether the sources are to be read again."""
        return today > self.read_on + READ_AGAIN_AFTER


AI_READS = _(
    "An artificial intelligence (AI) reads the pictures. It makes no template of your face, "
    "does not identify you, and is not trained with your pictures."
)
_TRAIGA = Source(
    "Texas HB 149 (TRAIGA)",
    "https://capitol.texas.gov/BillLookup/History.aspx?LegSess=89R&Bill=HB149",
)
_FERPA = Source(
    "FERPA, 34 CFR Part 99", "https://www.ecfr.gov/current/title-34/part-99"
)

PLACES: dict[Jurisdiction, Place] = {
    Jurisdiction.EU: Place(
        says=_(
            "The AI Act, Article 5(1)(f), has forbidden inferring emotions in education and "
            "at work since 2 February 2025, except for medical and safety reasons. The "
            "amendment in force since 27 July 2026, Regulation (EU) 2026/1744, left that as "
            "it is. Training in a company is work. So expression is off and locked, also on "
            "the public demo page; there is no score of attention or gaze."
        ),
        expression=False,
        assessed=False,
        min_group=5,
        kept_days=_SCHOOL_YEAR,
        age=AgeBand.ADULTS,
        letters=False,
        signed_in=False,
        notice=AI_READS,
        sources=(
            Source(
                "Regulation (EU) 2024/1689 (AI Act)",
                "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
            ),
            Source(
                "Regulation (EU) 2026/1744",
                "https://eur-lex.europa.eu/eli/reg/2026/1744/oj",
            ),
            Source(
                "Regulation (EU) 2016/679 (GDPR)",
                "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
            ),
        ),
    ),
    Jurisdiction.UK: Place(
        says=_(
            "Articles 22A to 22D of the UK GDPR have applied since 5 February 2026, the ICO "
            "is to write a code on AI and automated decisions (SI 2026/425), and it warned "
            "of emotion analysis in 2022. So expression is off until an impact assessment is "
            "signed, and minors read that they may ask an adult first (Children's Code)."
        ),
        expression=True,
        assessed=True,
        min_group=10,
        kept_days=_SCHOOL_YEAR,
        age=AgeBand.TEENS,
        letters=True,
        signed_in=True,
        notice=_(
            "An artificial intelligence (AI) reads the pictures. Your school has assessed the "
            "risks for you in writing; you may ask to read it."
        ),
        sources=(
            Source(
                "Data (Use and Access) Act 2025",
                "https://www.legislation.gov.uk/ukpga/2025/18/contents",
            ),
            Source("SI 2026/425", "https://www.legislation.gov.uk/uksi/2026/425"),
            Source(
                "ICO: Children's Code",
                "https://ico.org.uk/for-organisations/uk-gdpr-guidance-and-resources/"
                "childrens-information/childrens-code-guidance-and-resources/",
            ),
        ),
    ),
    Jurisdiction.INDIA: Place(
        says=_(
            "The rules of the Digital Personal Data Protection Act were notified in November "
            "2025, and most of it binds from 13 May 2027. Everybody under 18 is a child: it "
            "asks for a parent's consent that can be verified, and forbids monitoring the "
            "behaviour of children; the exemption for schools covers educational activity and "
            "safety only (Fourth Schedule, Part A, item 3). The notice is there in Hindi and "
            "English, and a yes is taken back as easily as it is given."
        ),
        expression=True,
        assessed=False,
        min_group=10,
        kept_days=_SCHOOL_YEAR,
        age=AgeBand.TEENS,
        letters=True,
        signed_in=True,
        notice=_(
            "An artificial intelligence (AI) reads the pictures. You can take back a yes as "
            "easily as you gave it. You can complain to your school, and then to the Data "
            "Protection Board of India."
        ),
        sources=(
            Source(
                "Digital Personal Data Protection Act, 2023, and Rules, 2025",
                "https://www.meity.gov.in/",
            ),
        ),
    ),
    Jurisdiction.US_SCHOOLS: Place(
        says=_(
            "The COPPA rule, to be complied with since 22 April 2026, counts facial templates "
            "of children under 13 as personal information and asks for a written retention "
            "policy; the public page “What is kept, and what is not” says what is kept and for "
            "how long. Colorado forbids face recognition "
            "in schools and allows analysing features for education with consent (SB25-143), "
            "New York bans biometric identification in schools, and in Texas public bodies "
            "say first that an AI is at work (TRAIGA, since 1 January 2026). Classmood makes "
            "no template, identifies nobody, trains on no picture and stores none."
        ),
        expression=True,
        assessed=False,
        min_group=10,
        kept_days=_SCHOOL_YEAR,
        age=AgeBand.TEENS,
        letters=True,
        signed_in=True,
        notice=AI_READS,
        sources=(
            Source(
                "COPPA rule, 16 CFR Part 312",
                "https://www.ecfr.gov/current/title-16/part-312",
            ),
            _FERPA,
            _TRAIGA,
            Source(
                "Colorado SB25-143",
                "https://leg.colorado.gov/bills/sb25-143",
            ),
        ),
    ),
    Jurisdiction.US_HIGHER: Place(
        says=_(
            "In Texas public bodies say first that an AI is at work (TRAIGA, since 1 January "
            "2026). In Illinois students sued over the biometrics of proctoring (BIPA): "
            "Classmood makes no template and identifies nobody. Pages of public bodies have to be "
            "accessible from 26 April 2027 or 2028 on (ADA, Title II)."
        ),
        expression=True,
        assessed=False,
        min_group=5,
        kept_days=3650,
        age=AgeBand.ADULTS,
        letters=True,
        signed_in=False,
        notice=AI_READS,
        sources=(
            _FERPA,
            _TRAIGA,
            Source(
                "Biometric Information Privacy Act, 740 ILCS 14",
                "https://www.ilga.gov/legislation/ilcs/ilcs3.asp?ActID=3004",
            ),
            Source(
                "ADA, Title II: rule on web content",
                "https://www.ada.gov/resources/2024-03-08-web-rule/",
            ),
        ),
    ),
    Jurisdiction.OTHER: Place(
        says=_(
            "Korea (since 22 January 2026), Vietnam (since 1 March 2026) and China (since June "
            "2025) ask that people are told, and that those who refuse have another way: here "
            "that is the pulse. Other places have rules of their own; find out which apply to "
            "your school."
        ),
        expression=True,
        assessed=False,
        min_group=5,
        kept_days=3650,
        age=AgeBand.ADULTS,
        letters=True,
        signed_in=False,
        notice=AI_READS,
        sources=(
            Source("Korea: AI Basic Act"),
            Source("Vietnam: Law on Artificial Intelligence"),
            Source("China: Measures on facial recognition, 2025"),
        ),
    ),
}

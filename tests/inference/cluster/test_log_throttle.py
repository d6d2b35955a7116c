import logging

from inference.cluster.log_throttle import EVERY_S, ThrottledLogger


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_flood_of_warnings_is_one_line_a_minute_with_their_number(caplog):
    clock = Clock()
    throttled = ThrottledLogger(logging.getLogger("flood"), clock=clock)

    for _ in range(1000):
        throttled.warn("Refused", "this one")
    throttled.warn("Something else")
    clock.now = EVERY_S
    throttled.warn("Refused", "that one")

    assert [record.getMessage() for record in caplog.records] == [
        "Refused: this one",
        "Something else: ",
        "Refused: that one (999 more since the last line)",
    ]

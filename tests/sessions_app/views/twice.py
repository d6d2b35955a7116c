"""One browser's answer that is sent twice at one moment."""

import threading

from django.db import connection
from django.test import Client


def sent_twice_at_once(monkeypatch, browser, module, take, send):
    """What `send` returns of two copies of a browser, which have both read the session.

    They wait for each other where the module's function `take` takes the answer.
    """
    gate, told, taken = threading.Barrier(2), [], getattr(module, take)

    def take_at_once(*about):
        gate.wait(timeout=20)
        return taken(*about)

    def send_it():
        copy = Client()
        copy.cookies.load(browser.cookies.output(header="", sep=";"))
        told.append(send(copy))
        connection.close()

    monkeypatch.setattr(module, take, take_at_once)
    threads = [threading.Thread(target=send_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)

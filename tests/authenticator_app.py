"""What an app on a telephone shows: a code of RFC 6238, worked out apart from the product."""

import base64
import hashlib
import hmac
import time


def code_now(secret: str) -> str:
    counter = int(time.time() // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**6:06}"

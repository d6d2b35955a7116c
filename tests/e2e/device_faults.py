"""Ways in which a device cannot read its camera, brought about in a real page."""

# What a browser or a device may lack, and what the page says of each fault.
LACKS = {
    "no SIMD": "WebAssembly.validate = () => false",
    "no memory": "WebAssembly.Memory.prototype.grow = () => { throw new RangeError(); }",
}
SENTENCES = {
    "no SIMD": "This browser is too old to read pictures on this device.",
    "no memory": "This device has too little free memory to read pictures.",
    "no file": "The files for reading pictures did not arrive.",
    "another score": "This device read a test picture wrongly",
}


def spoil(context, fault):
    """Let the engine of a page fail in one of the ways of `SENTENCES`."""
    if fault == "no file":
        context.route("**/engine/emotion*.tflite", lambda route: route.abort())
    elif fault == "another score":
        context.route("**/engine/engine*.json", _with_another_temperature)
    else:
        context.route("**/capture*.js", lambda route: script_after(route, LACKS[fault]))


def _with_another_temperature(route):
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"temperature": 9})


def script_after(route, before):
    """Answer with the script, and other lines before it."""
    script = route.fetch()
    route.fulfill(response=script, body=f"{before};{script.text()}")

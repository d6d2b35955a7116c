"""What must be wrong with no page, whichever it is, in a browser."""

from axe_playwright_python.sync_playwright import Axe

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# 1280 pixels at 200 %, and at the 400 % that the guidelines ask for.
ZOOMED_IN = [{"width": 640, "height": 450}, {"width": 320, "height": 256}]
AXE = Axe().axe_script
SHORT_MS = 1  # ends in the frame in which it began
MOST_BYTES = 80 * 1024

# Drawn, and every transition over: colours on their way have no contrast of their own.
SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  const over = document.getAnimations().map(({ finished }) => finished);
  await Promise.race([Promise.allSettled(over), new Promise((done) => setTimeout(done, 1000))]);
}"""

# Serious and critical faults, WCAG 2.2's size of targets included, which axe leaves out.
FAULTS = """async (runOnly) => {
  const found = await axe.run({
    preload: false, // it would put styles of its own into the page, which the CSP forbids
    resultTypes: ["violations"],
    rules: { "target-size": { enabled: true } },
    ...(runOnly && { runOnly }),
  });
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}`));
}"""

# Texts that stick out of the window or of something that hides what sticks out.
CUT_OFF = """() => {
  const hidden = (element) => !element.checkVisibility({ visibilityProperty: true })
    || element.closest(".visually-hidden, .skip, noscript");
  const whoCuts = ({ left, right }, element) => {
    for (let box = element; box; box = box.parentElement) {
      const { overflowX, position } = getComputedStyle(box);
      const bounds = box.getBoundingClientRect();
      if (overflowX === "auto" || overflowX === "scroll") return null;
      if (overflowX !== "visible" && (left < bounds.left - 1 || right > bounds.right + 1)) return box;
    }
    return left < -1 || right > innerWidth + 1 ? document.documentElement : null;
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = new Set();
  while (texts.nextNode()) {
    const { currentNode: text } = texts;
    if (!text.data.trim() || hidden(text.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    if ([...range.getClientRects()].some((rect) => whoCuts(rect, text.parentElement)))
      found.add(text.data.trim().slice(0, 60));
  }
  return [...found];
}"""

MOVING = """(shortMs) => {
  const longest = (times) => Math.max(...times.split(",").map((time) => 1000 * parseFloat(time)));
  return [...document.querySelectorAll("*")].filter((element) =>
    [null, "::before", "::after"].some((part) => {
      const style = getComputedStyle(element, part);
      return longest(style.transitionDuration) > shortMs
        || (style.animationName !== "none" && longest(style.animationDuration) > shortMs);
    })
  ).map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
}"""

# What travels for a page, as deploy/Caddyfile sends it: what is not compressed yet, by gzip. The
# browser's engine has bounds of its own (tests/js/engine_files.test.js), and the guides' pictures
# come as a reader gets to them.
WEIGHT = """async () => {
  const zipped = async (body) => {
    const stream = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
    return (await new Response(stream).arrayBuffer()).byteLength;
  };
  const apart = ({ name }) => {
    const { origin, pathname } = new URL(name);
    return origin !== location.origin || ["/engine/", "/docs/"].some((part) => pathname.includes(part));
  };
  let bytes = await zipped(document.documentElement.outerHTML);
  for (const entry of performance.getEntriesByType("resource")) {
    if (apart(entry)) continue;
    const { name, encodedBodySize, decodedBodySize } = entry;
    bytes += encodedBodySize < decodedBodySize
      ? encodedBodySize
      : await zipped(await (await fetch(name)).blob());
  }
  return bytes;
}"""


def faults_for_readers(page, size, picture):
    """What axe finds on the page as it stands, one sentence each.

    picture: (width in pixels, "light" or "dark") -> where to keep a picture to look at.
    """
    found = []
    page.evaluate(AXE)
    # Of all rules, the scheme changes the outcome of one.
    for scheme, rules in (("light", None), ("dark", ["color-contrast"])):
        show(page, size, color_scheme=scheme)
        where = f"{size['width']} px, {scheme}"
        found += [f"{fault} ({where})" for fault in page.evaluate(FAULTS, rules)]
        if (size is PHONE) == (scheme == "dark"):
            page.screenshot(path=picture(size["width"], scheme), full_page=True)
    return found


def phone_faults(page):
    """What does not fit a phone."""
    show(page, PHONE)
    return fit_faults(page, f"at {PHONE['width']} px")


def zoom_faults(page):
    """Zoomed by the browser, then by the reader's own size of text alone."""
    found = []
    for size in ZOOMED_IN:
        show(page, size)
        found += fit_faults(page, f"at {size['width']} px")
    show(page, DESKTOP)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.evaluate(SETTLED)
    found += fit_faults(page, "with text twice as large")
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def fit_faults(page, where):
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    scrolls = [f"scrolls sideways by {wide} px {where}"] if wide > 0 else []
    return scrolls + [f"cut off {where}: {text}" for text in page.evaluate(CUT_OFF)]


def motion_faults(page):
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(MOVING, SHORT_MS)
    page.emulate_media(reduced_motion="no-preference")
    return [f"moves: {element}" for element in moving]


# Times that the server wrote, where this browser writes them in another way; local_times.js.
TIMES = """() => {
  const { lang, dataset: { timeZone } } = document.documentElement;
  const style = ({ dataset: { local } }, short) => ({
    ...(local !== "time" && { dateStyle: "medium" }),
    ...(local !== "day" && { timeStyle: local === "time" && short ? "medium" : "short" }),
  });
  return [...document.querySelectorAll("time[data-local]")].flatMap((time) => {
    const short = time.closest("[data-window-s]")?.dataset.windowS < 60;
    const form = new Intl.DateTimeFormat(`${lang}-u-nu-latn`, { ...style(time, short), timeZone });
    const own = form.format(new Date(time.dateTime));
    return own === time.textContent ? [] : [`${time.textContent}, not ${own}`];
  });
}"""


def time_faults(page):
    """Times on another clock than the reader's, or in another form than the browser's."""
    return page.evaluate(TIMES)


def weight_faults(page):
    """More than a slow line brings in a moment."""
    bytes_ = page.evaluate(WEIGHT)
    return [f"{bytes_} bytes travel for it"] if bytes_ > MOST_BYTES else []


def show(page, size, **media):
    page.set_viewport_size(size)
    if media:
        page.emulate_media(**media)
    page.evaluate(SETTLED)

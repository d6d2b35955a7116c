// Three ways to get a fresh picture of the camera inside a Worker. Each: `next()` and `stop()`.

const PATIENCE_MS = 3000;

/**
 * From a stream of VideoFrames; it is read all the time, so that a taken frame is never old.
 * `track` is the Worker's own copy, where it has one: stopping it puts the camera's light out.
 */
export function streamSource(readable, track = null) {
  const reader = readable.getReader();
  let waiting = null;

  async function pump() {
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      if (!waiting) frame.close();
      else settle(frame);
    }
  }

  function settle(frame) {
    const { resolve } = waiting;
    waiting = null;
    resolve(frame);
  }

  pump().catch(() => {});
  return {
    next: () => patiently((resolve) => (waiting = { resolve })),
    stop() {
      reader.cancel().catch(() => {});
      track?.stop();
    },
  };
}

/** From the page: ask it for a bitmap, and wait for `deliver`. The Worker's clock drives it. */
export function pageSource(askPage) {
  let resolveNext = null;
  return {
    next: () =>
      patiently((resolve) => {
        resolveNext = resolve;
        askPage();
      }),
    deliver(bitmap) {
      if (resolveNext) resolveNext(bitmap);
      else bitmap?.close();
      resolveNext = null;
    },
    stop() {},
  };
}

/**
 * A picture, or null where none came in time: a muted camera must not stop the loop.
 * One that comes too late is given back, or the camera would run out of frames.
 */
function patiently(start) {
  return new Promise((resolve) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      resolve(null);
    }, PATIENCE_MS);
    start((picture) => {
      clearTimeout(timer);
      if (late) picture?.close();
      else resolve(picture);
    });
  });
}

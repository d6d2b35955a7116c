import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { pageSource, streamSource } from "../../static/js/lib/frame_sources.js";

/** A picture that remembers whether it was given back. */
class Picture {
  closed = false;

  close() {
    this.closed = true;
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a stream's frames are given back until one is wanted, so that it is never old", async () => {
  let camera;
  const source = streamSource(new ReadableStream({ start: (controller) => (camera = controller) }));
  const [old, fresh] = [new Picture(), new Picture()];
  camera.enqueue(old);
  await settled();

  const next = source.next();
  camera.enqueue(fresh);

  assert.equal(await next, fresh);
  assert.deepEqual([old.closed, fresh.closed], [true, false]);
});

test("stopping a stream stops the Worker's own track, and with it the camera's light", () => {
  const track = { stopped: false, stop: () => (track.stopped = true) };

  streamSource(new ReadableStream(), track).stop();

  assert.equal(track.stopped, true);
});

test("the page is asked for one picture at a time, and one that nobody wants is given back", async () => {
  let asked = 0;
  const source = pageSource(() => asked++);
  const [wanted, late] = [new Picture(), new Picture()];

  const next = source.next();
  source.deliver(wanted);
  source.deliver(late);

  assert.equal(await next, wanted);
  assert.deepEqual([asked, late.closed], [1, true]);
});

test("a camera that gives nothing does not stop the loop, and a late picture is given back", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const [source, late] = [pageSource(() => {}), new Picture()];
  const next = source.next();

  mock.timers.tick(3000);
  source.deliver(late);

  assert.equal(await next, null);
  assert.equal(late.closed, true);
  mock.timers.reset();
});

// The capture Worker as its page keeps it: one that dies or hangs is replaced once, then the page goes on alone.
import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { openChannel } from "../../static/js/student/channel.js";

const ALL_QUESTIONS_MS = 26_000;

/** Workers that say hello and answer while `alive`, and the page's own sockets. */
function fakeBrowser(t) {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  t.after(() => mock.timers.reset());
  const made = { workers: [], sockets: [] };
  globalThis.Worker = class {
    heard = [];
    alive = true;
    constructor() {
      made.workers.push(this);
    }
    postMessage(message) {
      this.heard.push(message.type);
      if (this.alive && message.type === "ping") this.say({ type: "pong" });
    }
    say(data) {
      this.onmessage?.({ data });
    }
    terminate() {
      this.alive = false;
    }
  };
  globalThis.WebSocket = class {
    constructor(url) {
      made.sockets.push(url);
    }
    close() {}
  };
  return made;
}

/** A channel whose Worker runs, all that it told, and time. */
function running(t) {
  const made = fakeBrowser(t);
  const told = [];
  const channel = openChannel("/capture.js");
  channel.listen(({ type, problem }) => told.push(problem ? `${type}: ${problem}` : type));
  channel.post({ type: "engine", urls: {} });
  channel.post({ type: "connect", url: "ws://class" });
  made.workers[0].say({ type: "hello", draws: true });
  return { ...made, told, channel };
}

test("a Worker that answers is left alone", (t) => {
  const { workers, told } = running(t);

  mock.timers.tick(10 * ALL_QUESTIONS_MS);

  assert.equal(workers.length, 1);
  assert.deepEqual(told, ["hello"]);
});

test("one that answers no more is replaced, and its heir is told what it was told", (t) => {
  const { workers, told } = running(t);
  workers[0].alive = false;

  mock.timers.tick(ALL_QUESTIONS_MS);

  assert.equal(workers.length, 2);
  assert.deepEqual(workers[1].heard, ["engine", "connect"]);
  workers[1].say({ type: "hello", draws: true });
  workers[0].say({ type: "session" }); // what it still says is of no use
  assert.deepEqual(told, ["hello", "restarted", "hello"]);
});

test("after the second one the page holds the connection itself, without a camera", (t) => {
  const { workers, sockets, told } = running(t);
  workers[0].alive = false;
  mock.timers.tick(ALL_QUESTIONS_MS);
  workers[1].say({ type: "hello", draws: true });
  workers[1].alive = false;

  mock.timers.tick(ALL_QUESTIONS_MS);

  assert.equal(workers.length, 2);
  assert.deepEqual(sockets, ["ws://class"]);
  assert.equal(told.at(-1), "link");
  assert.ok(told.includes("hello: worker_gone"));
});

test("a page that asked to disconnect is not connected again by a new Worker", (t) => {
  const { workers, channel } = running(t);
  channel.post({ type: "disconnect" });
  workers[0].alive = false;

  mock.timers.tick(ALL_QUESTIONS_MS);

  assert.deepEqual(workers[1].heard, ["engine"]);
});

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { studentIsFinal, studentReason } from "../../static/js/lib/close_codes.js";
import { SILENT_AFTER_MS, openLiveSocket, socketUrl } from "../../static/js/lib/live_socket.js";

let world;

/** A browser that keeps a record: its sockets, and its timers, which run when told to. */
class World {
  sockets = [];
  timers = [];
  random = () => 0;
  now = 1_000_000;
  Date = { now: () => this.now };

  constructor() {
    const { sockets } = this;
    this.WebSocket = class {
      readyState = 0;
      bufferedAmount = 0;
      sent = [];

      constructor(url) {
        this.url = url;
        sockets.push(this);
      }

      send(data) {
        this.sent.push(data);
      }

      close() {
        this.readyState = 3;
      }
    };
  }

  setTimeout = (run, ms) => this.timers.push({ run, ms });
  clearTimeout = () => this.timers.pop();
  setInterval = (run) => (this.check = run);
  clearInterval = () => (this.check = null);

  get newest() {
    return this.sockets.at(-1);
  }

  open() {
    this.newest.readyState = 1;
    this.newest.onopen();
  }

  hear(message) {
    this.newest.onmessage({ data: JSON.stringify(message) });
  }

  /** Time goes by, and the page looks after its line as it does every two seconds. */
  pass(ms) {
    this.now += ms;
    this.check?.();
  }

  drop(code) {
    this.newest.readyState = 3;
    this.newest.onclose({ code });
  }
}

function connect({ isFinal } = {}) {
  const record = { links: [], messages: [] };
  const socket = openLiveSocket("ws://class", {
    onMessage: (message) => record.messages.push(message),
    onLink: (link) => record.links.push(link),
    isFinal,
    env: world,
  });
  return { socket, record };
}

beforeEach(() => (world = new World()));

test("a dropped socket comes back after a pause that grows while nobody answers", () => {
  const { record } = connect();

  world.drop(1006);
  world.timers[0].run();
  world.drop(1006);

  assert.deepEqual(
    world.timers.map(({ ms }) => ms),
    [500, 1000],
  );
  assert.deepEqual(
    record.links.map(({ state }) => state),
    ["connecting", "waiting", "connecting", "waiting"],
  );
});

test("only a server that talks makes the pauses short again", () => {
  connect();
  world.drop(1006);
  world.timers[0].run();
  world.open();
  world.drop(1006);
  world.timers[1].run();
  world.open();
  world.newest.onmessage({ data: '{"type": "session"}' });
  world.drop(1006);

  assert.deepEqual(
    world.timers.map(({ ms }) => ms),
    [500, 1000, 500],
  );
});

test("a final code ends it, and its state says so", () => {
  const { record } = connect({ isFinal: (code) => code === 4410 });

  world.drop(4410);

  assert.deepEqual(record.links.at(-1), { state: "closed", code: 4410, retryInMs: null });
  assert.equal(world.timers.length, 0);
});

test("whether the server had talked is told to isFinal for each connection by itself", () => {
  const asked = [];
  connect({ isFinal: (code, talked) => void asked.push([code, talked]) });
  world.open();
  world.newest.onmessage({ data: "{}" });
  world.drop(4403);
  world.timers[0].run();
  world.drop(4403);

  assert.deepEqual(asked, [
    [4403, true],
    [4403, false],
  ]);
});

test("sending is refused while closed or while an earlier message still waits", () => {
  const { socket } = connect();

  assert.equal(socket.send("early"), false);
  world.open();
  assert.equal(socket.send("now"), true);
  world.newest.bufferedAmount = 5;
  assert.equal(socket.send("behind"), false);
  assert.deepEqual(world.newest.sent, ["now"]);
});

test("a pause can be cut short, and a closed socket stays closed", () => {
  const { socket } = connect();
  world.drop(1006);

  socket.retryNow();
  assert.equal(world.sockets.length, 2);
  socket.close();
  socket.retryNow();

  assert.equal(world.sockets.length, 2);
});

test("the socket's address follows the page's protocol", () => {
  assert.equal(
    socketUrl("/ws/", { protocol: "https:", host: "class.example" }),
    "wss://class.example/ws/",
  );
  assert.equal(
    socketUrl("/ws/", { protocol: "http:", host: "127.0.0.1:8000" }),
    "ws://127.0.0.1:8000/ws/",
  );
});

test("a line without a word for longer than two beats is given up, and opened again", () => {
  const { record } = connect();
  world.open();
  world.hear({ type: "session" });

  world.pass(SILENT_AFTER_MS);
  assert.equal(record.links.at(-1).state, "open");
  world.pass(1);

  assert.deepEqual(record.links.at(-1), { state: "waiting", code: 1006, retryInMs: 500 });
  assert.equal(world.newest.readyState, 3);
  world.timers.at(-1).run();
  assert.equal(world.sockets.length, 2);
});

test("a beat keeps a quiet line, and no page hears of it", () => {
  const { record } = connect();
  world.open();

  for (let i = 0; i < 10; i++) {
    world.pass(10_000);
    world.hear({ type: "beat" });
  }

  assert.equal(record.links.at(-1).state, "open");
  assert.deepEqual(record.messages, []);
});

test("a connection that never opens is given up as well", () => {
  const { record } = connect();

  world.pass(SILENT_AFTER_MS + 1);

  assert.equal(record.links.at(-1).state, "waiting");
});

test("what an abandoned connection still says or does is nobody's business", () => {
  const { record } = connect();
  world.open();
  const [abandoned] = world.sockets;
  world.pass(SILENT_AFTER_MS + 1);
  world.timers.at(-1).run();
  const known = record.links.length;

  abandoned.onmessage({ data: '{"type": "session"}' });
  abandoned.onclose({ code: 4410 });

  assert.deepEqual(record.messages, []);
  assert.equal(record.links.length, known);
});

test("a page that comes back to a dead line lets go of it at once, and of a good one not", () => {
  const { socket, record } = connect();
  world.open();
  socket.wake();
  assert.equal(record.links.at(-1).state, "open");
  world.now += 3_600_000; // frozen: no timer ran

  socket.wake();

  assert.equal(world.sockets.length, 2);
  assert.equal(record.links.at(-1).state, "connecting");
});

test("a line on which nothing is answered can be given up, and one that may not come back stays closed", () => {
  const { socket, record } = connect({ isFinal: () => true });
  world.open();

  socket.giveUp();
  world.pass(SILENT_AFTER_MS + 1);

  assert.deepEqual(record.links.at(-1), { state: "closed", code: 1006, retryInMs: null });
  assert.equal(world.sockets.length, 1);
});

test("a page that does the same wrong thing twice in a row stays away, for good", () => {
  const { record } = connect({ isFinal: studentIsFinal });
  const refusedAfterItsNews = () => {
    world.open();
    world.hear({ type: "session" });
    world.drop(4406);
  };

  refusedAfterItsNews();
  assert.equal(record.links.at(-1).state, "waiting"); // the news and a picture may have crossed
  world.timers.at(-1).run();
  refusedAfterItsNews();

  assert.deepEqual(record.links.at(-1), { state: "closed", code: 4406, retryInMs: null });
  assert.equal(studentReason(4406), "outdated");
});

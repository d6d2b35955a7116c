// The engine in the capture Worker: loaded when it may be used, kept as long as the Worker, fed at its own pace.
import { HEIGHT, WIDTH } from "../lib/jpeg.js";
import { loadEngine } from "./load.js";
import { devicePace } from "./pace.js";
import { newTally } from "./tally.js";

const SHARES_TOLD = 20; // how often one hears that a part has come
const FAULTS_IN_A_ROW = 3;

/** Whether news of the server let this device read; see docs/protocol.md. */
export const mayReadHere = (news) => news?.inference === "device" || news?.inference === "either";

/**
 * `tell({is, share, kind})` hears "loading", "ready" or "failed"; `kind` is one of device_errors.js.
 * load: stands in for the engine's loader in tests.
 */
export function deviceReader(tell, load = loadEngine) {
  let is = "unloaded";
  let engine = null;
  let faults = 0;
  let tally = null;
  let sent = null; // the tally before it, until the server has answered
  const pace = devicePace();

  function become(next, about = {}) {
    is = next;
    tell({ is, ...about });
  }

  function fail(kind) {
    engine = tally = sent = null;
    become("failed", { kind });
  }

  /** Load once what `urls` name; `expected`: the engine's hash as the server's news begin it. */
  async function prepare(urls, expected) {
    if (is === "ready" && !engine.hash.startsWith(expected)) return fail("outdated");
    if (is !== "unloaded") return;
    become("loading", { share: 0 });
    let told = 0;
    const onShare = (share) => {
      // Where one file has failed, the others still come.
      if (is !== "loading" || share < told + 1 / SHARES_TOLD) return;
      told = share;
      become("loading", { share });
    };
    try {
      const loaded = await load(urls, onShare);
      if (!loaded.hash.startsWith(expected)) return fail("outdated");
      engine = loaded;
      become("ready");
    } catch (error) {
      fail(error.kind ?? "broken");
    }
  }

  /** Read one picture ({bytes, ms} of pixelReader) and add it up; what was seen, or null where that failed. */
  function read({ bytes, ms }) {
    const began = performance.now();
    try {
      const reading = engine.read({ data: new Uint8Array(bytes), width: WIDTH, height: HEIGHT });
      tally ??= newTally(engine.labels);
      tally.add(reading);
      faults = 0;
      pace.took(ms + performance.now() - began);
      if (pace.isTooSlow()) fail("too_slow");
      return reading;
    } catch (error) {
      if (++faults >= FAULTS_IN_A_ROW) fail(error instanceof RangeError ? "memory" : "broken");
      return null;
    }
  }

  return {
    prepare,
    read,
    pause: pace.pause,
    is: () => is,
    engineHash: () => engine.hash.slice(0, 16),
    /** The sums since the last ones were taken; null where `ms` have not passed, nothing was read, or an answer is to come. */
    due(ms) {
      const now = Date.now();
      if (tally && now < tally.began) tally = null; // the clock was set back: nobody knows how long that was
      if (!tally || sent || now - tally.began < ms) return null;
      if (tally.isEmpty()) tally = null; // a covered camera: the next interval begins with a picture
      return tally && tally.sums(now);
    },
    /** They are sent, and the next interval begins. */
    taken() {
      sent = tally;
      tally = newTally(engine.labels);
    },
    /** The server has heard of them, whatever it made of them. */
    answered: () => (sent = null),
    /** The line was lost before an answer came: they wait together with what was read since. */
    unanswered() {
      if (!sent) return;
      if (tally) sent.absorb(tally.sums(Date.now()));
      tally = sent;
      sent = null;
    },
    /** What was read and not sent is thrown away: on a no, in a pause, at the end. */
    forget: () => (tally = sent = null),
  };
}

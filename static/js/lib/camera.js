// The student's camera: start, hand to the Worker, stop (its light goes off).
import { cameraErrorKind } from "./camera_errors.js";

const UNASKED = { audio: false, video: true };
// Wishes, not demands: a camera that cannot do them still opens.
const WANTED = {
  audio: false,
  video: {
    width: { ideal: 640 },
    height: { ideal: 480 },
    frameRate: { ideal: 10 },
    facingMode: "user",
  },
};
const ASKED_TOO_MUCH = new Set(["OverconstrainedError", "ConstraintNotSatisfiedError"]);

/** Open the camera. Resolves to {stream} or {error: kind, name}; see camera_errors.js for the kinds. */
export async function openCamera() {
  if (!globalThis.isSecureContext) return { error: "insecure" };
  if (!navigator.mediaDevices?.getUserMedia) return { error: "too_old" };
  try {
    return { stream: await whateverItCan() };
  } catch (error) {
    return { error: cameraErrorKind(error), name: error?.name };
  }
}

async function whateverItCan() {
  try {
    return await navigator.mediaDevices.getUserMedia(WANTED);
  } catch (error) {
    if (!ASKED_TOO_MUCH.has(error?.name)) throw error;
    return navigator.mediaDevices.getUserMedia(UNASKED);
  }
}

export const stopCamera = (stream) => stream?.getTracks().forEach((track) => track.stop());

/**
 * Hand the pictures of a stream to the Worker, by the best way that this browser has.
 * Returns a function that makes one bitmap when the Worker asks for it, or null where it never will.
 */
export function feedWorker(channel, stream, { video, readsTracks, echo }) {
  const [track] = stream.getVideoTracks();
  if ("MediaStreamTrackProcessor" in globalThis) {
    const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
    channel.post({ type: "camera", readable, echo }, [readable]);
    return null;
  }
  if (readsTracks && handOver(channel, track.clone(), echo)) return null;
  channel.post({ type: "camera", byPage: true, echo });
  return pictureTaker(track, video);
}

/** Safari keeps the processor to Workers, and moves tracks there. */
function handOver(channel, track, echo) {
  try {
    channel.post({ type: "camera", track, echo }, [track]);
    return true;
  } catch {
    track.stop(); // this version can't move tracks
    return false;
  }
}

function pictureTaker(track, video) {
  if ("ImageCapture" in globalThis && ImageCapture.prototype.grabFrame) {
    const capture = new ImageCapture(track);
    return () => capture.grabFrame();
  }
  return () => createImageBitmap(video);
}

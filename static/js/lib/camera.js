// The student's camera: start, hand to the Worker, stop (its light goes off).
import { cameraErrorKind } from "./camera_errors.js";

const WANTED = {
  audio: false,
  video: {
    width: { ideal: 640 },
    height: { ideal: 480 },
    frameRate: { ideal: 10, max: 30 },
    facingMode: "user",
  },
};

/** Open the camera. Resolves to {stream} or {error: kind}; see camera_errors.js for the kinds. */
export async function openCamera() {
  if (!globalThis.isSecureContext || !navigator.mediaDevices?.getUserMedia)
    return { error: "insecure" };
  try {
    return { stream: await navigator.mediaDevices.getUserMedia(WANTED) };
  } catch (error) {
    return { error: cameraErrorKind(error) };
  }
}

export const stopCamera = (stream) => stream?.getTracks().forEach((track) => track.stop());

/**
 * Hand the pictures of a stream to the Worker, by the best way that this browser has.
 * Returns a function that makes one bitmap when the Worker asks for it, or null where it never will.
 */
export function feedWorker(worker, stream, { video, readsTracks }) {
  const [track] = stream.getVideoTracks();
  if ("MediaStreamTrackProcessor" in globalThis) {
    const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
    worker.postMessage({ type: "camera", readable }, [readable]);
    return null;
  }
  if (readsTracks && handOver(worker, track.clone())) return null;
  worker.postMessage({ type: "camera", byPage: true });
  return pictureTaker(track, video);
}

/** Safari keeps the processor to Workers, and moves tracks there. */
function handOver(worker, track) {
  try {
    worker.postMessage({ type: "camera", track }, [track]);
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

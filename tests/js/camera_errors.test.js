import assert from "node:assert/strict";
import { test } from "node:test";

import { cameraErrorText } from "../../static/js/lib/camera_errors.js";
import { deviceOf } from "../../static/js/lib/device.js";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) ";
const ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) ";
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ";
const CHROME = "Chrome/140.0.0.0 Safari/537.36";

const DEVICES = [
  [`${IPHONE}Version/18.6 Mobile/15E148 Safari/604.1`, 5, "ios", "safari", "beside the address"],
  [`${IPHONE}CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1`, 5, "ios", "chrome", "iPhone or iPad"],
  [`${IPHONE}FxiOS/142.0 Mobile/15E148 Safari/604.1`, 5, "ios", "firefox", "iPhone or iPad"],
  [`${MAC}Version/18.6 Safari/605.1.15`, 5, "ios", "safari", "beside the address"],
  [`${MAC}Version/18.6 Safari/605.1.15`, 0, "mac", "safari", "In the menu bar"],
  [`${MAC}${CHROME}`, 0, "mac", "chrome", "Click the symbol left"],
  [`${ANDROID}${CHROME}`, 5, "android", "chrome", "“Permissions”"],
  ["Mozilla/5.0 (Android 15; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0", 5, "android", "firefox", "Tap the lock"],
  [`${WINDOWS}${CHROME}`, 0, "windows", "chrome", "Click the symbol left"],
  [`${WINDOWS}${CHROME} Edg/140.0.0.0`, 10, "windows", "chrome", "Click the symbol left"],
  ["Mozilla/5.0 (Windows NT 10.0; rv:142.0) Gecko/20100101 Firefox/142.0", 0, "windows", "firefox", "crossed-out camera"],
  ["Mozilla/5.0 (X11; Linux x86_64) Something/1", 0, "other", "other", "camera or lock symbol"],
  ["", 0, "other", "other", "camera or lock symbol"],
];

test("a blocked camera is explained for this device and browser", () => {
  for (const [userAgent, maxTouchPoints, system, browser, words] of DEVICES) {
    const device = deviceOf({ userAgent, maxTouchPoints });
    assert.deepEqual(device, { system, browser }, userAgent);
    const { remedy, action } = cameraErrorText("denied", "NotAllowedError", device);
    assert.ok(remedy.includes(words), `${userAgent}: ${remedy}`);
    assert.equal(action, "retry");
  }
});

test("what the system blocks is allowed in the system's settings", () => {
  const steps = (system) => cameraErrorText("system", "", { system, browser: "chrome" }).remedy;

  assert.match(steps("windows"), /Windows settings/);
  assert.match(steps("mac"), /System Settings/);
  assert.match(steps("android"), /“Apps”/);
  assert.match(steps("ios"), /iPhone or iPad/);
  assert.match(steps("other"), /under privacy and camera/);
});

test("other troubles have the same words everywhere", () => {
  for (const kind of ["none", "unreadable", "insecure", "too_old"])
    assert.equal(
      cameraErrorText(kind, "", { system: "ios", browser: "safari" }).remedy,
      cameraErrorText(kind).remedy,
    );
});

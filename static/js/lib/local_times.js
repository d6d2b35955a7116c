// Times that the server wrote, on the reader's own clock.
import { language, timeZone } from "./i18n.js";

const SHOWN_OF_TIME = {
  "": { dateStyle: "medium", timeStyle: "short" },
  day: { dateStyle: "medium" },
  time: { timeStyle: "short" },
};

const WITH_SECONDS = { timeStyle: "medium" };

/** Every <time data-local> inside `root`; with seconds where minutes are shorter than one (data-window-s). */
export function showLocalTimes(root) {
  for (const time of root.querySelectorAll("time[data-local]")) {
    const { local } = time.dataset;
    const short = local === "time" && time.closest("[data-window-s]")?.dataset.windowS < 60;
    const shown = short ? WITH_SECONDS : SHOWN_OF_TIME[local];
    const format = new Intl.DateTimeFormat(language(), { ...shown, timeZone: timeZone() });
    time.textContent = format.format(new Date(time.dateTime));
  }
}

// Times that the server wrote, on the reader's own clock.

const SHOWN_OF_TIME = {
  "": { dateStyle: "medium", timeStyle: "short" },
  day: { dateStyle: "medium" },
  time: { timeStyle: "short" },
};

/** Every <time data-local> inside `root`. */
export function showLocalTimes(root) {
  for (const time of root.querySelectorAll("time[data-local]")) {
    const shown = SHOWN_OF_TIME[time.dataset.local];
    const format = new Intl.DateTimeFormat(document.documentElement.lang, shown);
    time.textContent = format.format(new Date(time.dateTime));
  }
}

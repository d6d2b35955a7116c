// The class's result alone, above a stream or beside slides.
import { followNews } from "../lib/news.js";
import { classResult } from "../student/class_result.js";

const EVERY_MS = 5000;

const root = document.querySelector("[data-overlay]");
const empty = root.querySelector("[data-part=empty]");
const result = classResult(root.querySelector("[data-part=class-result]"));

function show(news) {
  result.show(news?.result ?? null, news?.state);
  empty.hidden = Boolean(news?.result);
}

followNews(() => root.dataset.newsUrl, {
  everyMs: EVERY_MS,
  onNews: show,
  onAway() {}, // the last minute's words stay: nobody in a stream can do anything about a line
  onGone: () => show(null),
});

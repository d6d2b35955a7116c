import assert from "node:assert/strict";
import { test } from "node:test";

import { topicOf, withTopic, without } from "../../static/js/lib/topics.js";

const at = (minute) => `2026-03-02T10:${String(minute).padStart(2, "0")}:00Z`;
const topic = (id, minute, ends = null) => ({ id, word: id, at: at(minute), ends_at: ends });

test("a minute belongs to the topic of its middle, as on the server", () => {
  const topics = [topic("a", 1), { ...topic("b", 3), at: "2026-03-02T10:03:30Z" }];
  const of = (minute) => topicOf(topics, { starts_at: at(minute) }, 60)?.id;

  assert.deepEqual([0, 1, 2, 3, 4].map(of), [undefined, "a", "a", "b", "b"]);
});

test("a topic that begins ends the one before, and one that is changed stays in order", () => {
  const begun = withTopic([topic("a", 1)], topic("b", 4));
  assert.deepEqual(begun, [topic("a", 1, at(4)), topic("b", 4)]);

  const named = withTopic(begun, { ...topic("a", 1), word: "Fields" });
  assert.deepEqual(named.map(({ word }) => word), ["Fields", "b"]);
});

test("a name leaves the agenda once, where it stands first", () => {
  assert.deepEqual(without(["a", "b", "a"], "a"), ["b", "a"]);
  assert.deepEqual(without(["a"], "z"), ["a"]);
});

// Which topic a class was at in each minute, and what comes next.

/** The topic in the middle of a minute, or undefined before the first; minutes/topics.py has the same rule. */
export function topicOf(topics, { starts_at: startsAt }, windowS) {
  const middle = Date.parse(startsAt) + windowS * 500;
  return topics.findLast(({ at }) => Date.parse(at) <= middle);
}

/** The agenda without the first topic of that name. */
export function without(agenda, word) {
  const place = agenda.indexOf(word);
  return place < 0 ? agenda : agenda.toSpliced(place, 1);
}

/** Topics with one more, or with one changed: in order, each ending where the next begins. */
export function withTopic(topics, changed) {
  const others = topics.filter(({ id }) => id !== changed.id);
  const all = [...others, changed].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return all.map((topic, place) => ({ ...topic, ends_at: all[place + 1]?.at ?? null }));
}

// What takes long and is not seen at once can wait until the page is drawn.

const AT_MOST_MS = 500; // a page in a hidden tab is not drawn

/** Resolves once the page, as it is now, has been drawn. */
export const drawn = () =>
  new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, AT_MOST_MS);
  });

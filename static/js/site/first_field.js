// A page that is one form begins in its first field, or in the first one that is wrong.

const FIELD = ":is(input, select, textarea):not([type=hidden], :disabled)";
const TOUCH = matchMedia("(pointer: coarse)"); // there a keyboard would cover half the page

function firstField() {
  const form = document.querySelector("main form[data-begin-here]");
  return form?.querySelector(`${FIELD}[aria-invalid=true]`) ?? form?.querySelector(FIELD);
}

/** A reader is taken to a field that is wrong, and to no other. */
const mayBegin = (field) =>
  field.matches("[aria-invalid=true]") || field.getBoundingClientRect().bottom < innerHeight;

const first = firstField();
const isFree = document.activeElement === document.body && !location.hash;
if (first && !TOUCH.matches && isFree && mayBegin(first)) first.focus();

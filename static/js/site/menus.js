// Menus that fold out: at most one is open, and it closes on Escape, on a click elsewhere, and when focus leaves.

const openMenus = () => document.querySelectorAll("details.menu[open]");

function closeAllBut(kept) {
  for (const menu of openMenus()) if (menu !== kept) menu.open = false;
}

document.addEventListener("click", ({ target }) => closeAllBut(target.closest("details.menu")));
document.addEventListener("focusin", ({ target }) => closeAllBut(target.closest("details.menu")));
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of openMenus()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});

// What is wider than the page scrolls within itself: let the keyboard reach it too.
function letKeyboardScroll() {
  const wide =
    "mjx-container[display], .pst-scrollable-table-container, .cell_output, .text_html, pre";
  for (const element of document.querySelectorAll(wide)) {
    if (element.scrollWidth > element.clientWidth) {
      element.tabIndex = 0;
    } else {
      element.removeAttribute("tabindex");
    }
  }
}

window.addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  letKeyboardScroll();
  for (const fold of document.querySelectorAll("details")) {
    fold.addEventListener("toggle", letKeyboardScroll);
  }
});
window.addEventListener("resize", letKeyboardScroll);

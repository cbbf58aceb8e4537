// Slides: arrow keys, page keys, space, Home and End; the number of the slide in sight.

const slides = [...document.querySelectorAll(".slide")];
const shown = document.querySelector("nav output");
let current = 0;

function go(number) {
  current = Math.min(Math.max(number, 0), slides.length - 1);
  slides[current].scrollIntoView();
  slides[current].focus({ preventScroll: true });
}

const STEPS = {
  ArrowRight: 1,
  ArrowDown: 1,
  PageDown: 1,
  " ": 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageUp: -1,
  Home: -Infinity,
  End: Infinity,
};

// Whether the key belongs to what has the focus: a fold, a link or a button takes a space.
function isTaken(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return true;
  return event.key === " " && event.target.closest("summary, a, button");
}

// Whether an arrow can still scroll within a slide that is higher than the window.
function scrollsWithin(step) {
  const box = slides[current].getBoundingClientRect();
  return step > 0 ? box.bottom > innerHeight + 1 : box.top < -1;
}

addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step || isTaken(event)) return;
  const vertical = event.key === "ArrowDown" || event.key === "ArrowUp";
  if (vertical && scrollsWithin(step)) return;
  event.preventDefault();
  go((event.shiftKey && event.key === " " ? -step : step) + current);
});

for (const button of document.querySelectorAll("nav button")) {
  button.addEventListener("click", () => go(current + Number(button.dataset.go)));
}

// A slide is made smaller until it fits its window, but not illegibly small; what is still
// too wide scrolls.
function fit() {
  for (const slide of slides) {
    slide.style.removeProperty("--fit");
    for (let size = 0.95; slide.scrollHeight > innerHeight && size >= 0.6; size -= 0.05) {
      slide.style.setProperty("--fit", size);
    }
  }
  for (const part of document.querySelectorAll("pre, .math, .long-formula")) {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0; // for the keyboard
    else part.removeAttribute("tabindex");
  }
}

const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) current = slides.indexOf(entry.target);
    }
    shown.value = `${current + 1} / ${slides.length}`;
    history.replaceState(null, "", `#${current + 1}`);
  },
  { rootMargin: "-50% 0px -50% 0px" },
);

addEventListener("load", () => {
  fit();
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
  slides.forEach((slide) => seen.observe(slide));
});
addEventListener("resize", fit);

// The pieces to play with: the scripts of each are fetched when it comes near the window.
"use strict";
{
  const NEAR = "300px";

  function start(name) {
    for (const later of document.querySelectorAll(`script[data-play="${name}"]`)) {
      const script = document.createElement("script");
      script.async = false; // in their order
      script.src = later.src;
      later.replaceWith(script);
    }
  }

  const watch = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      start(target.dataset.play);
    }
  }, { rootMargin: NEAR });

  for (const place of document.querySelectorAll("figure.play")) watch.observe(place);
}

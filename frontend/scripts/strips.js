// On a phone the bars of links run off the right edge: the current one is brought into sight.
for (const here of document.querySelectorAll("nav.overflow-x-auto [aria-current], nav[data-strip] [aria-current]")) {
  const strip = here.closest("nav");
  const [inner, outer] = [here.getBoundingClientRect(), strip.getBoundingClientRect()];
  if (inner.right > outer.right) strip.scrollLeft += inner.right - outer.right + 16;
}

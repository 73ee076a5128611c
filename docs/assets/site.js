// What an Arabic keyboard types for Persian letters finds the Persian ones. The theme looks at the box when a key goes
// up, which nothing does for what is pasted or composed.
document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-md-component='search-query']")) return;
  const { selectionStart, selectionEnd } = target;
  target.value = target.value.replace(/[يى]/g, "ی").replace(/ك/g, "ک");
  target.setSelectionRange(selectionStart, selectionEnd);
  target.dispatchEvent(new Event("keyup"));
});

document$.subscribe(() => {
  // A table that does not fit is scrolled with the keys, too.
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap")) {
    table.tabIndex = 0;
    table.role = "group";
    table.ariaLabel = [...table.querySelectorAll("th")].map((head) => head.textContent).join(", ");
  }
  // What the theme leaves without a name, and what it makes a landmark although it is none.
  const search = document.querySelector(".md-search");
  search.ariaLabel = search.querySelector("input").ariaLabel;
  for (const part of document.querySelectorAll(".md-code__nav, .md-nav--secondary nav")) {
    part.role = "none";
    part.ariaLabel = null;
  }
});

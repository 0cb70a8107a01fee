/** Light or dark: whatever the page is, in a notebook, an editor or a browser. */

const WATCHED = { attributes: true, attributeFilter: ["class", "style", "theme", "data-theme", "data-jp-theme-light", "data-vscode-theme-kind"] };

const preference = matchMedia("(prefers-color-scheme: dark)");

/** Keeps data-theme of an element as the page behind it is. Returns a function that ends this. */
export function followTheme(host, element) {
  const look = () => element.setAttribute("data-theme", isDark(host) ? "dark" : "light");
  const later = () => requestAnimationFrame(look);
  const observer = new MutationObserver(later);
  for (const watched of [document.documentElement, document.body]) observer.observe(watched, WATCHED);
  preference.addEventListener("change", later);
  look();
  later();
  return () => {
    observer.disconnect();
    preference.removeEventListener("change", later);
  };
}

/** Is the first colour that shines through from behind a dark one? Where there is none, what VS Code or Colab calls its theme. */
function isDark(host) {
  for (let element = host; element; element = element.parentElement ?? element.getRootNode().host) {
    const [r, g, b, alpha = 1] = getComputedStyle(element).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    if (alpha > 0.5) return 0.299 * r + 0.587 * g + 0.114 * b < 128;
  }
  const named = document.body.dataset.vscodeThemeKind ?? document.documentElement.getAttribute("theme");
  return named ? /dark|contrast$/.test(named) : getComputedStyle(document.documentElement).colorScheme.includes("dark") && preference.matches;
}

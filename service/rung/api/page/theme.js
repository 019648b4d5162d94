// Runs before the first paint, so that a chosen theme never flashes; app.js has the button.
const chosen = localStorage.getItem("rung-theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;

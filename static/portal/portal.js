// Nicer with it, whole without it: a form is sent once, however often the button is clicked.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = form.querySelector("button[type=submit]");
  if (button) {
    button.setAttribute("aria-busy", "true");
  }
});

// Coming back by the back button finds the form ready again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    form.querySelector("button[aria-busy]")?.removeAttribute("aria-busy");
  }
});

// A form that came back with problems starts at them.
document.getElementById("problems")?.focus();

// Every page works without this file. It moves focus to what went wrong, and stops a second press of one button.
const summary = document.querySelector('.govuk-error-summary') || document.querySelector('.govuk-notification-banner[role="alert"]');
if (summary) {
  summary.setAttribute('tabindex', '-1');
  summary.focus();
}

const waiting = new WeakSet();
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (waiting.has(form)) {
    event.preventDefault();
    return;
  }
  waiting.add(form);
  setTimeout(() => waiting.delete(form), 2000);
});

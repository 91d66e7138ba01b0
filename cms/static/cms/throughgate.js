// Every page works without this file. It moves focus to what went wrong, stops a second press of one button,
// and reads the page aloud.
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

// "Read aloud": shown once the browser has a voice for the language of the page; pressed again, it stops.
const reader = document.querySelector('[data-read-aloud]');
const speech = window.speechSynthesis;
if (reader && speech) {
  const main = document.querySelector('#main');
  const text = main.querySelector('article[lang]') || main;
  const language = text.closest('[lang]').lang;
  let reading = 0; // how often it was pressed: what an earlier press queued changes nothing any more

  const voice = () => speech.getVoices().find((one) => one.lang.slice(0, 2).toLowerCase() === language.slice(0, 2));
  const show = () => { reader.parentElement.hidden = !voice(); };
  const stop = () => {
    reading += 1;
    speech.cancel();
    reader.setAttribute('aria-pressed', 'false');
  };

  // One utterance a line: browsers cut long ones off in the middle.
  const read = () => {
    const lines = text.innerText.split('\n').map((line) => line.trim()).filter(Boolean);
    const now = reading += 1;
    reader.setAttribute('aria-pressed', 'true');
    lines.forEach((line, number) => {
      const utterance = new SpeechSynthesisUtterance(line);
      utterance.lang = language;
      utterance.voice = voice();
      if (number === lines.length - 1) utterance.onend = () => { if (now === reading) stop(); };
      speech.speak(utterance);
    });
  };

  show();
  speech.addEventListener?.('voiceschanged', show);
  reader.addEventListener('click', () => (reader.getAttribute('aria-pressed') === 'true' ? stop() : read()));
  window.addEventListener('pagehide', stop);
}

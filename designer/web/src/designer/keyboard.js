const LETTER = /^Key([A-Z])$/;
const FIRST = 10000;

/**
 * Single-key and Ctrl shortcuts by the place of the key, not by the letter: on a Russian layout the key `N` gives `т`, and a
 * Japanese input method gives a composition. bpmn-js compares `event.key`, so it gets the Latin letter instead.
 */
class KeyboardLayout {
  constructor(keyboard) {
    for (const type of ['keyboard.keydown', 'keyboard.keyup']) {
      keyboard.addListener(FIRST, (context) => this.translate(context), type);
    }
  }

  translate(context) {
    const event = context.keyEvent;
    if (event.isComposing) return true; // handled: the input method owns this key
    const letter = LETTER.exec(event.code ?? '');
    if (letter && !/^[a-z]$/i.test(event.key)) context.keyEvent = asLatin(event, letter[1]);
    return undefined;
  }
}

KeyboardLayout.$inject = ['keyboard'];

function asLatin(event, letter) {
  const key = event.shiftKey ? letter : letter.toLowerCase();
  return new Proxy(event, {
    get(target, name) {
      if (name === 'key') return key;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export const KeyboardLayoutModule = {
  __init__: ['keyboardLayout'],
  keyboardLayout: ['type', KeyboardLayout],
};

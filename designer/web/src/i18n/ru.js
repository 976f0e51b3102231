import canvas from 'bpmn-js-i18n/translations/ru.js';
import panel from './panel.ru.js';

export default { ...canvas, ...panel };

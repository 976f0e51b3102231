import canvas from 'bpmn-js-i18n/translations/ja.js';
import panel from './panel.ja.js';

export default { ...canvas, ...panel };

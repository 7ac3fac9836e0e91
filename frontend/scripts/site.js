// Every page: HTMX, and forms that keep what was typed. Pages work without any of it.
import "./forms.js";
import "./copy.js";

// Every page: HTMX, and forms that keep what was typed. Pages work without any of it.
import "htmx.org";
import "./forms.js";
import "./copy.js";
import "./files.js";

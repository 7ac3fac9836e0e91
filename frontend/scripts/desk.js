// Pages of officials: the same, and the keyboard.
import "./site.js";
import "./keyboard.js";
import "./print.js";
import "./strips.js";

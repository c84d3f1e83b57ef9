// The agents' pages: what is loaded once, with the frame around them.
import "htmx.org";

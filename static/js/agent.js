// The agents' pages: what is loaded once, with the frame around them. Each part works by itself; without any of it the
// pages are plain links and forms.
import "htmx.org";
import { startArticle } from "./article.js";
import { startComposer } from "./composer.js";
import { startConversation } from "./conversation.js";
import { startFrames } from "./frame.js";
import { startKeys } from "./keys.js";
import { startList } from "./list.js";
import { startLive } from "./live.js";
import { startPalette } from "./palette.js";
import { startPush } from "./push.js";

for (const start of [startKeys, startPalette, startArticle, startComposer, startConversation, startList, startFrames, startLive, startPush]) {
  try {
    start();
  } catch (error) {
    console.error(error); // one part that fails leaves the others, and the forms
  }
}

// Notifications on this device: the section of one's account, and what keeps them right on every page.
import { $, csrf, HttpError, me, openRef, post } from "./dom.js";
import { t } from "./t.js";

const SCRIPT = "/service-worker.js", DEVICES = "/account/notifications/devices";

/** What can be done here. @param {{secure: boolean, worker: boolean, push: boolean, apple: boolean, permission: string, on: boolean}} can */
export function stateOf(can) {
  if (!can.secure) return "insecure";
  if (!can.worker || !can.push) return can.apple ? "home_screen" : "unsupported";
  if (can.permission === "denied") return "blocked";
  return can.on ? "on" : "off";
}

const said = {
  insecure: () => t("Notifications need a secure connection: an address that begins with https. Ask whoever runs this server."),
  unsupported: () => t("This browser cannot show notifications."),
  home_screen: () => t("On an iPhone or iPad, first tap Share, then “Add to Home Screen”. Open Kept from there and come back to this page."),
  blocked: () => t("Notifications are blocked in the settings of this browser. Allow them there for this site, then load this page again."),
  off: () => t("Off on this device."),
  on: () => t("On. This device tells you when something needs you."),
};

const apple = () => /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
// Where the worker was never asked for, there is no registration, and none is made by looking.
const registered = async () => (navigator.serviceWorker ? navigator.serviceWorker.getRegistration("/") : undefined);
const subscribed = async () => (await registered())?.pushManager?.getSubscription() ?? null;

async function look(on) {
  return stateOf({
    secure: globalThis.isSecureContext, worker: "serviceWorker" in navigator, push: "PushManager" in globalThis, apple: apple(),
    permission: globalThis.Notification?.permission ?? "default", on,
  });
}

function show(place, state) {
  place.dataset.state = state;
  $("#push-state", place).textContent = said[state]();
  const button = $("#push-button", place);
  button.classList.toggle("button-main", state === "off");
  button.hidden = state !== "on" && state !== "off";
  button.textContent = state === "on" ? t("Switch off on this device") : t("Switch on on this device");
}

async function switchOn(place) {
  if ((await Notification.requestPermission()) !== "granted") return show(place, await look(false));
  await navigator.serviceWorker.register(SCRIPT, { scope: "/" });
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: place.dataset.key });
  try {
    await post(DEVICES, { endpoint: subscription.endpoint });
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
  location.assign("/account?done=added#notifications"); // the list of devices with it
}

async function switchOff(place) {
  await (await subscribed())?.unsubscribe();
  if (place.dataset.device) await post(`${DEVICES}/${place.dataset.device}/end`, {});
  location.assign("/account?done=removed#notifications");
}

async function startSection(place) {
  const button = $("#push-button", place);
  show(place, await look(Boolean(place.dataset.device && (await subscribed()))));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await (place.dataset.state === "on" ? switchOff(place) : switchOn(place));
    } catch (error) {
      const sentence = error instanceof HttpError && $("p", new DOMParser().parseFromString(error.text, "text/html"))?.textContent;
      $("#push-state", place).textContent = sentence || t("This browser’s push service did not answer. Try again in a moment.");
    }
    button.disabled = false;
  });
}

// Once a session (of which csrf is the mark): what the server knew of the one before is to go on. What it does not know as
// ours is of somebody who was signed in here before, or was removed elsewhere: then nothing shall come here.
// → true when the server has just learnt it
async function keep() {
  if (!me() || sessionStorage.getItem("kept-push") === csrf()) return false;
  const subscription = await subscribed();
  if (!subscription) return false;
  try {
    await post(DEVICES, { endpoint: subscription.endpoint, keep: "1" });
    sessionStorage.setItem("kept-push", csrf());
    return true;
  } catch (error) {
    if (error instanceof HttpError && error.status === 404) await subscription.unsubscribe();
    return false;
  }
}

/** What is open is no news any more. */
async function tidy() {
  const ref = openRef();
  if (!ref || document.hidden) return;
  for (const notification of (await (await registered())?.getNotifications({ tag: ref })) ?? []) notification.close();
}

export async function startPush() {
  try {
    const learnt = await keep(), place = $("#notifications[data-key]");
    if (learnt && place && !place.dataset.device) return location.reload(); // it is in the list now
    if (place) await startSection(place);
    document.addEventListener("visibilitychange", tidy);
    document.addEventListener("htmx:after:swap", tidy);
    await tidy();
  } catch (error) {
    console.error(error);
  }
}

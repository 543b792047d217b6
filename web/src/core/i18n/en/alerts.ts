export const alerts = {
  title: "Notifications",
  on: "Notify me on this device",
  onHint: "Of messages, calls and beeps, also when Palabre is closed",
  onOpenHint:
    "Your browser cannot be reached while Palabre is closed: leave a tab open, it may be hidden.",
  previews: "Show what messages say",
  previewsHint: "Otherwise only who wrote",
  test: "Try it",
  tested: "On its way. If nothing shows, look whether the system lets your browser notify you.",
  notAllowed: "Your browser was not allowed to. Try again and choose “Allow”.",
  blocked: "Notifications are blocked for Palabre in this browser.",
  remedy: {
    chromium:
      "Press the sign left of the address, then let “Notifications” through and load the page again.",
    android:
      "Press the sign left of the address, then “Permissions”, and let “Notifications” through.",
    firefox:
      "Press the sign left of the address and take away the block beside “Send notifications”.",
    safari: "Open Safari’s settings, “Websites”, “Notifications”, and allow this address.",
  },
  missing: {
    insecure: "Notifications need https. Ask whoever runs this server.",
    home_screen:
      "On iPhone and iPad: press “Share”, “Add to Home Screen”, and open Palabre from there.",
    browser: "This browser has no notifications.",
  },
  offer: "Be notified when Palabre is closed?",
  offerOn: "Turn on",
  offerLater: "Not now",
};

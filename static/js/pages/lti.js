// Pages in a frame of a learning platform: one tells it that they are done, one sends a choice on. So
// does the page that an answer of a SAML provider comes to (templates/registration/saml_back.html).

const CLOSE = { subject: "org.imsglobal.lti.close" };

if (document.querySelector("[data-close-frame]")) {
  (window.opener ?? window.parent).postMessage(CLOSE, "*"); // it says nothing but that
}
document.querySelector("form[data-send-on]")?.requestSubmit();

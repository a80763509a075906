// Tells the time zone, so that deadlines are printed in the client's own hours; it is not needed otherwise.
(() => {
  const field = document.getElementById("time_zone");
  if (field) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
})();

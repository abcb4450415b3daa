"use strict";
(function () {
  var words = document.getElementById("search");
  var status = document.getElementById("status");
  var told = document.getElementById("told");
  var checks = Array.prototype.slice.call(document.querySelectorAll("[data-status]"));
  function apply() {
    var wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    checks.forEach(function (check) {
      var text = check.textContent.toLowerCase();
      var fits = wanted.every(function (word) { return text.indexOf(word) >= 0; });
      check.hidden = !(fits && (!status.value || check.getAttribute("data-status") === status.value));
      shown += check.hidden ? 0 : 1;
    });
    told.textContent = shown + " of " + checks.length;
  }
  words.addEventListener("input", apply);
  status.addEventListener("change", apply);
  apply();
})();

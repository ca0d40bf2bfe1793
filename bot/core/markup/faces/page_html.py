"""The style and the script of an HTML page, and what the browser is to allow it.

The page needs nothing that is not in it, so the policy allows its own style and script by their
hashes, pictures that are in it as data, and nothing else: no address is ever asked.
"""

import hashlib
from base64 import b64encode

STYLE = """
:root{color-scheme:light dark;--ink:#1d1c1d;--soft:#5c5a60;--line:#d9d7dc;--sheet:#fff;\
--shade:#f5f4f6;--mark:#8a5a00;--link:#0b5cad}
@media (prefers-color-scheme:dark){:root{--ink:#e8e6ea;--soft:#a9a6ae;--line:#45424a;\
--sheet:#1a191c;--shade:#26242a;--mark:#e0b354;--link:#7fb8f5}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--sheet);color:var(--ink);\
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.25;margin:.5rem 0 1rem}
h2{font-size:1.3rem;margin:2.5rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.75rem 0 .5rem}
h4,h5,h6{font-size:1rem;margin:1.25rem 0 .5rem}
p{margin:.5rem 0}
a{color:var(--link)}
ul,ol{margin:.5rem 0;padding-left:1.4rem}
li{margin:.2rem 0}
li>p{margin:.1rem 0}
ol.numbered,ul.ticks{list-style:none;padding-left:0}
ol.numbered ol.numbered{padding-left:1.2rem}
.number+p{display:inline}
.number,.beside,.zone{color:var(--soft)}
.notice{border-left:.25rem solid var(--mark);background:var(--shade);padding:.5rem .75rem}
.flag{border:1px solid var(--mark);border-radius:.25rem;padding:0 .3rem;font-size:.85em}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;\
font-size:.875em}
code{background:var(--shade);border-radius:.2rem;padding:.05em .25em}
pre{background:var(--shade);border-radius:.35rem;padding:.6rem .75rem;margin:.5rem 0;\
white-space:pre-wrap;overflow-wrap:anywhere}
pre code{background:none;padding:0}
pre.typed code::before{content:"$ ";color:var(--soft)}
.table{overflow-x:auto;margin:.75rem 0}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{border-bottom:1px solid var(--line);padding:.35rem .6rem .35rem 0;text-align:left;\
vertical-align:top}
th{color:var(--soft);font-weight:600}
th:not(:last-child),td:not(:last-child){min-width:5rem}
table.pairs td:first-child{width:32%}
time{white-space:nowrap}
.here time{white-space:normal}
nav{background:var(--shade);border-radius:.35rem;padding:.5rem .75rem;margin:1.5rem 0}
nav ol{columns:14rem;margin:0}
.zone{max-width:60rem;margin:0 auto;padding:.75rem 1rem 0;font-size:.9rem}
.here time[data-here]::after{content:" (" attr(data-here) ")";color:var(--soft)}
@media (max-width:40rem){body{font-size:15px}table{font-size:.8rem}\
th,td{padding-right:.4rem}\
th:not(:last-child),td:not(:last-child){min-width:3.2rem}h1{font-size:1.4rem}}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--sheet:#fff;--shade:#f2f2f2;\
--mark:#7a5000;--link:#000}body{font-size:10pt}main{max-width:none;padding:0}.zone{display:none}\
nav{break-after:avoid}h1,h2,h3,h4,h5,h6{break-after:avoid}tr,li,.notice{break-inside:avoid}\
thead{display:table-header-group}.table{overflow:visible}pre{break-inside:auto}\
a[href^="http"]{text-decoration:none}}
@page{margin:18mm 16mm 20mm}
@page{@bottom-right{content:counter(page) " / " counter(pages);font:9pt sans-serif;color:#444}}
"""

SCRIPT = """
(function () {
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  var line = document.getElementById("zone");
  if (!zone || zone === "UTC" || !line) { return; }
  var how = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit",
    minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  var format = new Intl.DateTimeFormat("en-CA", how);
  document.querySelectorAll("time").forEach(function (one) {
    var at = format.format(new Date(one.dateTime)).replace(",", "");
    one.title = at;
    one.dataset.here = one.textContent.length > 8 ? at : at.slice(11);
  });
  var box = document.createElement("input");
  box.type = "checkbox";
  box.addEventListener("change", function () {
    document.body.classList.toggle("here", box.checked);
  });
  var label = document.createElement("label");
  label.append(box, " also show times of " + zone);
  line.append(" ", label);
})();
"""

ZONE = '<p class="zone" id="zone">All times are UTC.</p>'
"""Where the script offers the reader's own zone."""


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""What the browser allows the page."""
